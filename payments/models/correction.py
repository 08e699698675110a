"""A sale taxed anew, once it is known how: the provisional tax of what was left of it, and the right one."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models import Merchant
from payments.models.sale import Payment, SaleLine


class Correction(models.Model):
    """One a payment: the journal that moves tax between the tax accounts and what is owed to the shop."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="correction")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="corrections")
    journal = models.UUIDField(unique=True)
    # Of what was left of the sale: the tax before, and the tax that it is.
    tax_before_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(tax_before_minor__gte=0, tax_minor__gte=0), name="correction_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"correction {self.id}"


class CorrectionLine(models.Model):
    """A part of a sale line that a correction takes off (negative), or the new line it puts there.

    A sale line that was put there is one more line of the payment; the sale's own have none above zero here.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="lines")
    sale_line = models.OneToOneField(SaleLine, on_delete=models.PROTECT, related_name="correction_line")
    is_new = models.BooleanField()
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_new=True, net_minor__gte=0, tax_minor__gte=0)
                | Q(is_new=False, net_minor__lte=0, tax_minor__lte=0),
                name="correction_line_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.correction_id} {self.sale_line_id}"
