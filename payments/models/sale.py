"""From a scan to what the customer confirmed: session, payment, sale lines."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models import Branch, Merchant, QrCode, Till
from payments.models.shift import Shift
from payments.models.showing import Showing
from taxes.core.rates import ZERO_REASONS


class Session(models.Model):
    """One scan of a code. The payer's page is bound to it; it can become one payment."""

    class State(models.TextChoices):
        OPEN = "open"
        CONFIRMED = "confirmed"
        EXPIRED = "expired"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.ForeignKey(QrCode, on_delete=models.PROTECT, related_name="sessions")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+", db_index=False)
    # Null until the payer has signed in: until then only the browser that scanned may see it.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="scans"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    # Raised by every change of what would be paid: an older confirmation no longer fits.
    version = models.PositiveIntegerField(default=1)
    typed_minor = models.BigIntegerField(null=True)
    tip_minor = models.BigIntegerField(default=0)
    # The wallet's currency that the payer chose, where it is not the shop's, and when its rate was shown.
    pay_currency = models.CharField(max_length=3, null=True)
    quoted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    # The printed code that was scanned, where the shop has given the scan an order: then `code` is the order.
    scanned = models.ForeignKey(
        QrCode, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    # The shift of the code's till at the scan. No database constraint: adding one would read every scan.
    shift = models.ForeignKey(
        Shift, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(typed_minor=None) | Q(typed_minor__gt=0), name="session_amount_positive"
            ),
            models.CheckConstraint(condition=Q(tip_minor__gte=0), name="session_tip_not_negative"),
            models.CheckConstraint(
                condition=Q(pay_currency=None, quoted_at=None)
                | Q(pay_currency__isnull=False, quoted_at__isnull=False),
                name="session_quote_whole",
            ),
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
    # No index that nobody reads by, or that another one begins with: each is a write of every payment.
    code = models.ForeignKey(QrCode, on_delete=models.PROTECT, related_name="payments", db_index=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="payments", db_index=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    till = models.ForeignKey(Till, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="payments", db_index=False
    )
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
    # Not unique, not indexed: that a payment is settled once is said by the journal's reference.
    journal = models.UUIDField(null=True)
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)
    # The shift that was open at the till when the payment was promised: the write itself looks it up.
    shift = models.ForeignKey(
        Shift, null=True, on_delete=models.PROTECT, related_name="payments", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    # How the payer said yes: null, a PIN bound to this amount and payee; else a small amount, by a code of
    # the showing whose PIN had agreed to such.
    showing = models.ForeignKey(
        Showing, null=True, on_delete=models.PROTECT, related_name="payments", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    # Where the payer lived by what was known at the confirm, and how that was known; null where it was not.
    # They decide no tax and no rate: they are for the reports on payments between countries.
    payer_country = models.CharField(max_length=2, null=True)
    payer_country_source = models.CharField(max_length=10, null=True)
    cross_border = models.BooleanField(null=True)
    # True: taxed at the place's full rate, because the shop had no tax profile yet; False: that was looked
    # through since, and corrected where it was not right; null, as most: it never was provisional.
    provisional = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(payer_country=None, payer_country_source=None, cross_border=None)
                | Q(
                    payer_country__isnull=False,
                    payer_country_source__isnull=False,
                    cross_border__isnull=False,
                ),
                name="payment_origin_whole",
            ),
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
            models.Index(fields=["merchant", "happened_at"], name="payment_merchant_time"),
            models.Index(fields=["person", "happened_at"], name="payment_person_time"),
            models.Index(fields=["branch", "till", "happened_at"], name="payment_place_time"),
            models.Index(fields=["merchant"], condition=Q(provisional=True), name="payment_provisional"),
            # Costs only those who work in shifts.
            models.Index(fields=["shift"], condition=Q(shift__isnull=False), name="payment_shift"),
        ]

    def __str__(self) -> str:
        return f"payment {self.id}"


class SaleLine(models.Model):
    """One line of a sale and one tax on it, as fixed at the confirm. Zero tax has a reason."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="lines", db_index=False)
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
            # And says it in a word that receipts and exports know.
            models.CheckConstraint(
                condition=Q(zero_reason__in=["", *ZERO_REASONS]), name="sale_line_reason_known"
            ),
        ]

    def __str__(self) -> str:
        return self.description
