"""Receipts, and the counter that numbers them without gaps."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models import Merchant
from payments.models.correction import Correction
from payments.models.refund import Refund
from payments.models.sale import Payment


class Receipt(models.Model):
    """The paper that says the debt is paid: canonical JSON, numbered without gaps per merchant."""

    class Kind(models.TextChoices):
        SALE = "sale"
        REFUND = "refund"
        CORRECTION = "correction"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="receipts", db_index=False)
    number = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="receipts", db_index=False)
    refund = models.OneToOneField(Refund, null=True, on_delete=models.PROTECT, related_name="receipt")
    # No database constraint: adding one would read every receipt.
    correction = models.ForeignKey(
        Correction, null=True, on_delete=models.PROTECT, related_name="receipts", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    # Sorted keys, UTF-8, integers; the bytes whose SHA-256 stands in the journal. Kept as text
    # because jsonb would not give the same bytes back.
    body = models.TextField()
    sha256 = models.BinaryField(max_length=32)
    journal = models.UUIDField(unique=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "number"], name="receipt_number_once"),
            # One of the sale, which names neither, one of each refund, and one of each correction.
            models.UniqueConstraint(
                fields=["payment", "refund", "correction"], nulls_distinct=False, name="receipt_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="sale", refund=None, correction=None)
                | Q(kind="refund", refund__isnull=False, correction=None)
                | Q(kind="correction", refund=None, correction__isnull=False),
                name="receipt_kind_says",
            ),
        ]

    def __str__(self) -> str:
        return f"receipt {self.number}"


class ReceiptCounter(models.Model):
    """The last receipt number a merchant has given. Taken under lock, in the journal's transaction."""

    merchant = models.OneToOneField(
        Merchant, primary_key=True, on_delete=models.PROTECT, related_name="receipt_counter"
    )
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.merchant_id}: {self.last}"
