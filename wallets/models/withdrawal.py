"""Money on its way out of a wallet to a bank account."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id
from wallets.models.wallet import Wallet


class Withdrawal(models.Model):
    """ordered → sent → paid or returned. The rail gets our id, so that asking twice sends once.

    `iban` is there only while the rail needs it; `account_shown` ("DE89 •••• 3000") stays.
    """

    class State(models.TextChoices):
        ORDERED = "ordered"
        SENT = "sent"
        PAID = "paid"
        RETURNED = "returned"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="withdrawals")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    rail = models.CharField(max_length=20)
    rail_reference = models.CharField(max_length=80, blank=True)
    iban = models.CharField(max_length=34, blank=True)
    account_shown = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State.choices, db_default=State.ORDERED)
    # The order's journal, and the one that ended it: paid out of transit, or back to the customer.
    journal = models.UUIDField(unique=True)
    end_journal = models.UUIDField(null=True, unique=True)
    # How often the rail was asked: those asked least come first, so that no order blocks the rest.
    tries = models.IntegerField(db_default=0)
    happened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="withdrawal_positive"),
            # The number is kept as long as money may still have to go there, and not longer.
            models.CheckConstraint(
                condition=(
                    Q(state="ordered", rail_reference="", end_journal=None, ended_at=None) & ~Q(iban="")
                    | Q(state="sent", end_journal=None, ended_at=None) & ~Q(iban="") & ~Q(rail_reference="")
                    | Q(state__in=["paid", "returned"], iban="")
                    & Q(end_journal__isnull=False, ended_at__isnull=False)
                    & ~Q(rail_reference="")
                ),
                name="withdrawal_state_whole",
            ),
            models.UniqueConstraint(
                fields=["rail", "rail_reference"],
                condition=~Q(rail_reference=""),
                name="withdrawal_rail_reference_once",
            ),
        ]
        indexes = [
            models.Index(fields=["wallet", "id"], name="withdrawal_wallet"),
            models.Index(
                fields=["tries", "id"],
                condition=Q(state__in=["ordered", "sent"]),
                name="withdrawal_open",
            ),
        ]

    def __str__(self) -> str:
        return f"withdrawal {self.id}"
