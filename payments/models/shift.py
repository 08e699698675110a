"""A till's shift: whose payments and whose drawer are counted together, until the Z report closes it.

What belongs to a shift is only ever added, and only while it is open; a closed shift and its Z report are
never changed. The database holds both (`payments/sql/shift_kept.sql`).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models import Till


class Shift(models.Model):
    """open -> closed. A till has one open shift at most; `payments_promise` puts it on each payment."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    till = models.ForeignKey(Till, on_delete=models.PROTECT, related_name="shifts")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(db_default=Now())
    # Whose shift it is now: who opened it, or who took it over last.
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    float_minor = models.BigIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    expected_minor = models.BigIntegerField(null=True)
    counted_minor = models.BigIntegerField(null=True)
    difference_reason = models.CharField(max_length=120, blank=True)
    # The Z report: its number in the row of this till's, and its text (see `payments/core/z_report.py`),
    # kept as text because jsonb would not give the same bytes back.
    number = models.PositiveBigIntegerField(null=True)
    report = models.TextField(blank=True)
    report_sha256 = models.BinaryField(max_length=32, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["till"], condition=Q(closed_at=None), name="shift_one_open_at_a_till"
            ),
            models.UniqueConstraint(fields=["till", "number"], name="shift_z_number_once"),
            models.CheckConstraint(
                condition=Q(float_minor__gte=0) & (Q(counted_minor=None) | Q(counted_minor__gte=0)),
                name="shift_cash_not_negative",
            ),
            # Closed is closed whole: counted, numbered and with its report.
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, expected_minor=None, counted_minor=None)
                & Q(difference_reason="", number=None, report="", report_sha256=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False, expected_minor__isnull=False)
                & Q(counted_minor__isnull=False, number__isnull=False, report_sha256__isnull=False)
                & ~Q(report=""),
                name="shift_closed_whole",
            ),
            models.CheckConstraint(
                condition=Q(counted_minor=None)
                | Q(counted_minor=F("expected_minor"))
                | ~Q(difference_reason=""),
                name="shift_difference_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"shift {self.id}"


class HandOver(models.Model):
    """From `happened_at` on, the shift is another's. counted_minor: the drawer, where they counted it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="hand_overs")
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    counted_minor = models.BigIntegerField(null=True)
    # Read under the shift's lock, so that moments and hand-overs have one order.
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="hand_over_to_another"),
            models.CheckConstraint(
                condition=Q(counted_minor=None) | Q(counted_minor__gte=0), name="hand_over_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} to {self.taker_id}"


class CashMove(models.Model):
    """Cash put into the drawer or taken from it, with its reason: "milk", "change from the bank"."""

    class Kind(models.TextChoices):
        PAID_IN = "paid_in", "Paid in"
        PAID_OUT = "paid_out", "Paid out"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="cash_moves")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=120)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="cash_move_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="cash_move_has_reason"),
            models.CheckConstraint(
                condition=Q(kind__in=["paid_in", "paid_out"]), name="cash_move_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"


class ZCounter(models.Model):
    """The last Z number a till has given. Taken under lock, in the transaction that closes the shift."""

    till = models.OneToOneField(Till, primary_key=True, on_delete=models.PROTECT, related_name="z_counter")
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.till_id}: {self.last}"
