"""Where a merchant's money goes, and what keeps it from going."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models.business import Merchant
from wallets.core.bank_account import masked


class BankAccount(models.Model):
    """Where a merchant's money goes: one at a time. An older one stays for the payouts that went there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="bank_accounts")
    iban = models.CharField(max_length=34)
    holder = models.CharField(max_length=70)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant"], condition=Q(ended_at=None), name="bank_account_one_open"
            ),
            models.CheckConstraint(
                condition=Q(iban__regex=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}$"), name="bank_account_iban"
            ),
            models.CheckConstraint(condition=~Q(holder=""), name="bank_account_holder_given"),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """ "DE89 •••• 3000": enough to know one's own account by."""
        return masked(self.iban)


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
