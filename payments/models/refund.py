"""Money going back at the terms of the sale, line by line."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models import Merchant, Till
from payments.models.sale import Payment, SaleLine
from payments.models.shift import Shift


class Refund(models.Model):
    """Money going back, at the terms of the sale."""

    class State(models.TextChoices):
        ORDERED = "ordered"
        POSTED = "posted"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="refunds")
    amount_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    tip_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    reason = models.CharField(max_length=120, blank=True)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ORDERED)
    journal = models.UUIDField(null=True, unique=True)
    # Where it was given back: that till, or the payment's own. shift: the one that was open there;
    # counted_in: where none was, the shift whose Z report has it.
    till = models.ForeignKey(Till, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    shift = models.ForeignKey(Shift, null=True, on_delete=models.PROTECT, related_name="refunds")
    counted_in = models.ForeignKey(Shift, null=True, on_delete=models.PROTECT, related_name="outside_refunds")
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_positive"),
            models.CheckConstraint(
                condition=Q(shift=None) | Q(counted_in=None), name="refund_in_one_z_report"
            ),
            models.CheckConstraint(
                condition=Q(state="posted", journal__isnull=False) | (~Q(state="posted") & Q(journal=None)),
                name="refund_posted_has_journal",
            ),
        ]
        indexes = [
            models.Index(fields=["merchant", "happened_at"], name="refund_merchant_time"),
            models.Index(
                fields=["till"],
                condition=Q(till__isnull=False, shift=None, counted_in=None),
                name="refund_uncounted",
            ),
        ]

    def __str__(self) -> str:
        return f"refund {self.id}"


class RefundLine(models.Model):
    """The part of one sale line (and tax) that a refund gives back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="lines")
    sale_line = models.ForeignKey(SaleLine, on_delete=models.PROTECT, related_name="refund_lines")
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund", "sale_line"], name="refund_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.refund_id} {self.sale_line_id}"
