"""What a foreign wallet paid: the terms that were agreed, beside the payment in the shop's currency."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from payments.core.exchange import Agreed
from payments.models.refund import Refund
from payments.models.sale import Payment


class Exchange(models.Model):
    """One payment from a wallet of another currency. Written with it, never changed.

    rate: units of the payer's currency for one of the shop's, with the margin in it.
    """

    payment = models.OneToOneField(
        Payment, primary_key=True, on_delete=models.PROTECT, related_name="exchange"
    )
    payer_currency = models.CharField(max_length=3)
    payer_minor = models.BigIntegerField()
    # Room for the ten digits of `FxTerms.rate`, from a dinar for dong to dong for a dinar.
    rate = models.DecimalField(max_digits=32, decimal_places=20)
    source = models.CharField(max_length=20)
    published_on = models.DateField()
    margin_ppm = models.PositiveIntegerField()
    quoted_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(payer_minor__gt=0, rate__gt=0), name="exchange_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.payer_minor} {self.payer_currency}"

    @property
    def agreed(self) -> Agreed:
        """The terms, as the payer said yes to them."""
        return Agreed(
            payer_currency=self.payer_currency,
            payer_minor=self.payer_minor,
            rate=self.rate,
            source=self.source,
            published_on=self.published_on,
            margin_ppm=self.margin_ppm,
            quoted_at=self.quoted_at,
        )


class RefundExchange(models.Model):
    """What of it a refund gave back, in the payer's currency; result_minor: what that cost or earned us."""

    refund = models.OneToOneField(Refund, primary_key=True, on_delete=models.PROTECT, related_name="exchange")
    payer_minor = models.BigIntegerField()
    # Shop's currency; positive where the way back cost us less than the shop gave.
    result_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(payer_minor__gte=0), name="refund_exchange_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.payer_minor} back"
