"""Payments that were made at a till while it had no open shift, and the shift whose Z report has them."""

from django.db import models

from payments.models.sale import Payment
from payments.models.shift import Shift


class OutsidePayment(models.Model):
    """One payment is in one Z report: the key says so, whoever counts how often.

    A row of its own and no column of the payment: whoever counts does not wait for whoever settles.
    """

    payment = models.OneToOneField(
        Payment, primary_key=True, on_delete=models.PROTECT, related_name="outside", db_constraint=False
    )
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="outside_payments")

    def __str__(self) -> str:
        return f"{self.payment_id} in {self.shift_id}"
