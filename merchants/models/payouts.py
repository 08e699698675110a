"""Where a merchant's money goes, and what keeps it from going."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models.business import Merchant


class PayoutStop(models.Model):
    """No money leaves to the bank: of one merchant, or (without a merchant) of all.

    Set by an operator or by the audit of the books; ends only when an operator says why.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(Merchant, null=True, on_delete=models.PROTECT, related_name="payout_stops")
    reason = models.CharField(max_length=300)
    # Null: the audit of the books.
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    lift_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            # One at a time for a merchant, and one for all (the null merchant).
            models.UniqueConstraint(
                fields=["merchant"],
                condition=Q(lifted_at=None),
                nulls_distinct=False,
                name="payout_stop_one_open",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="payout_stop_reason_given"),
            # Nobody opens the way again without a name and a reason.
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lift_reason="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason="")),
                name="payout_stop_lifted_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"payouts of {self.merchant_id or 'all'} stopped"
