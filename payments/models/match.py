"""Which order a payment was for, where the payment itself does not say it."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from merchants.models import QrCode
from payments.models.sale import Payment


class Match(models.Model):
    """A payment by a printed code that the shop counts for an order: for one at most."""

    payment = models.OneToOneField(Payment, primary_key=True, on_delete=models.PROTECT, related_name="match")
    order = models.ForeignKey(QrCode, on_delete=models.PROTECT, related_name="matches")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.payment_id} for {self.order_id}"


class Rest(models.Model):
    """A one-time code that asks for what an order still lacks: its payment counts for that order."""

    code = models.OneToOneField(QrCode, primary_key=True, on_delete=models.PROTECT, related_name="rest")
    order = models.ForeignKey(QrCode, on_delete=models.PROTECT, related_name="rests")
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"rest {self.code_id} of {self.order_id}"
