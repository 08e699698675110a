"""How money moves from a scan to a receipt.

Session open -> confirmed, expired, cancelled. Payment promised -> settled. Refund ordered -> posted,
refused. States change by conditional UPDATE and a count, never by reading first.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models import Branch, Merchant, QrCode, Till


class Session(models.Model):
    """One scan of a code. The payer's page is bound to it; it can become one payment."""

    class State(models.TextChoices):
        OPEN = "open"
        CONFIRMED = "confirmed"
        EXPIRED = "expired"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.ForeignKey(QrCode, on_delete=models.PROTECT, related_name="sessions")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")
    # Null until the payer has signed in: until then only the browser that scanned may see it.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="scans"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    # Raised by every change of what would be paid: an older confirmation no longer fits.
    version = models.PositiveIntegerField(default=1)
    typed_minor = models.BigIntegerField(null=True)
    tip_minor = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(typed_minor=None) | Q(typed_minor__gt=0), name="session_amount_positive"
            ),
            models.CheckConstraint(condition=Q(tip_minor__gte=0), name="session_tip_not_negative"),
        ]
        indexes = [models.Index(fields=["expires_at"], condition=Q(state="open"), name="session_open_expiry")]

    def __str__(self) -> str:
        return f"session {self.id}"


class Payment(models.Model):
    """What the customer confirmed. Promised at once (a hold), settled seconds later (a journal)."""

    class State(models.TextChoices):
        PROMISED = "promised"
        SETTLED = "settled"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="payment")
    # The database's own guard that a one-time code is paid once: set for one-time codes only.
    one_time_code = models.OneToOneField(QrCode, null=True, on_delete=models.PROTECT, related_name="paid_by")
    code = models.ForeignKey(QrCode, on_delete=models.PROTECT, related_name="payments")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="payments")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    till = models.ForeignKey(Till, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="payments")
    wallet = models.UUIDField()
    currency = models.CharField(max_length=3)
    # total = sale (its lines' gross) + tip.
    sale_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    tip_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0)
    prices_include_tax = models.BooleanField()
    rounding = models.CharField(max_length=20)
    # A statement on the receipt, part of no sum (EN 16931 BT-114); may be negative.
    rounding_minor = models.BigIntegerField(default=0)
    reference = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROMISED)
    hold = models.UUIDField(unique=True)
    journal = models.UUIDField(null=True, unique=True)
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(total_minor=F("sale_minor") + F("tip_minor"), sale_minor__gt=0),
                name="payment_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(tax_minor__gte=0, tip_minor__gte=0, fee_minor__gte=0)
                & Q(fee_minor__lte=F("total_minor")),
                name="payment_parts_not_negative",
            ),
            # The database, not the code, stops a refund above what was paid.
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("total_minor")),
                name="payment_refunded_within",
            ),
            models.CheckConstraint(
                condition=Q(state="promised", journal=None, settled_at=None, refunded_minor=0)
                | Q(state="settled", journal__isnull=False, settled_at__isnull=False),
                name="payment_state_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["merchant", "id"], condition=Q(state="promised"), name="payment_due"),
            models.Index(fields=["merchant", "happened_at"], name="payment_merchant_time"),
            models.Index(fields=["person", "happened_at"], name="payment_person_time"),
            models.Index(fields=["till", "id"], name="payment_till"),
        ]

    def __str__(self) -> str:
        return f"payment {self.id}"


class SaleLine(models.Model):
    """One line of a sale and one tax on it, as fixed at the confirm. Zero tax has a reason."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="lines")
    line = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=80)
    category = models.CharField(max_length=30)
    quantity = models.PositiveIntegerField(default=1)
    # The first tax of a line carries its net; further taxes on the same line carry net 0.
    tax = models.CharField(max_length=20, blank=True)
    rate = models.DecimalField(max_digits=7, decimal_places=4)
    zero_reason = models.CharField(max_length=20, blank=True)
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    part = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "line", "part"], name="sale_line_once"),
            # No silent zero: a line without tax says why.
            models.CheckConstraint(
                condition=(~Q(tax="") & Q(zero_reason="")) | (Q(tax="", tax_minor=0) & ~Q(zero_reason="")),
                name="sale_line_zero_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.description


class Receipt(models.Model):
    """The paper that says the debt is paid: canonical JSON, numbered without gaps per merchant."""

    class Kind(models.TextChoices):
        SALE = "sale"
        REFUND = "refund"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="receipts")
    number = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="receipts")
    refund = models.OneToOneField("Refund", null=True, on_delete=models.PROTECT, related_name="receipt")
    # Sorted keys, UTF-8, integers; the bytes whose SHA-256 stands in the journal. Kept as text
    # because jsonb would not give the same bytes back.
    body = models.TextField()
    sha256 = models.BinaryField(max_length=32)
    journal = models.UUIDField(unique=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "number"], name="receipt_number_once"),
            models.UniqueConstraint(fields=["payment"], condition=Q(kind="sale"), name="receipt_one_sale"),
            models.CheckConstraint(
                condition=Q(kind="sale", refund=None) | Q(kind="refund", refund__isnull=False),
                name="receipt_kind_whole",
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
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_positive"),
            models.CheckConstraint(
                condition=Q(state="posted", journal__isnull=False) | (~Q(state="posted") & Q(journal=None)),
                name="refund_posted_has_journal",
            ),
        ]
        indexes = [models.Index(fields=["merchant", "happened_at"], name="refund_merchant_time")]

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
