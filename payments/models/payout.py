"""Money leaving to a merchant's bank."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models import BankAccount, Merchant


class Payout(models.Model):
    """ordered -> sent -> paid, returned. The rail gets our id, so that asking twice sends once."""

    class State(models.TextChoices):
        ORDERED = "ordered"
        SENT = "sent"
        PAID = "paid"
        RETURNED = "returned"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="payouts")
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="payouts")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    rail = models.CharField(max_length=20)
    rail_reference = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ORDERED)
    # Sorted keys, UTF-8, integers; the bytes whose SHA-256 stands in the order's journal.
    document = models.TextField()
    # The order's journal, and the one that ended it: out of transit, or back to the merchant.
    journal = models.UUIDField(unique=True)
    end_journal = models.UUIDField(null=True, unique=True)
    # How often the rail was asked: those asked least come first, so that no payout blocks the rest.
    tries = models.PositiveIntegerField(default=0)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payout_positive"),
            models.CheckConstraint(
                condition=Q(state="ordered", rail_reference="", sent_at=None, end_journal=None, ended_at=None)
                | (Q(state="sent", sent_at__isnull=False, end_journal=None) & Q(ended_at=None))
                & ~Q(rail_reference="")
                | Q(state__in=["paid", "returned"], sent_at__isnull=False)
                & Q(end_journal__isnull=False, ended_at__isnull=False)
                & ~Q(rail_reference=""),
                name="payout_state_whole",
            ),
            models.UniqueConstraint(
                fields=["rail", "rail_reference"],
                condition=~Q(rail_reference=""),
                name="payout_rail_reference_once",
            ),
        ]
        indexes = [
            models.Index(fields=["merchant", "id"], name="payout_merchant"),
            models.Index(
                fields=["tries", "id"], condition=Q(state__in=["ordered", "sent"]), name="payout_open"
            ),
        ]

    def __str__(self) -> str:
        return f"payout {self.id}"


class PayoutPart(models.Model):
    """What a payout took from one ledger account; there it goes back when the bank returns it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="parts")
    place = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=160)
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payout_part_positive"),
            models.UniqueConstraint(fields=["payout", "account"], name="payout_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_minor}"
