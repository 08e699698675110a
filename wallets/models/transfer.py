"""Money from wallet to wallet, and the asks that it may answer."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from base.ids import new_id
from wallets.models.wallet import Wallet


class Ask(models.Model):
    """A wish to be paid, told by a link: open → paid, declined, cancelled or expired; paid once only."""

    class State(models.TextChoices):
        OPEN = "open"
        PAID = "paid"
        DECLINED = "declined"
        CANCELLED = "cancelled"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    token = models.CharField(max_length=22, unique=True)
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="asks")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    note = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, db_default=State.OPEN)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="ask_positive"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None)
                | Q(state__in=["paid", "declined", "cancelled", "expired"], ended_at__isnull=False),
                name="ask_state_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["wallet", "id"], name="ask_wallet"),
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="ask_open"),
        ]

    def __str__(self) -> str:
        return f"ask {self.id}"


class Transfer(models.Model):
    """One send, booked in one journal. `reversal`: the journal that took it back, if one did."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payer = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="sent")
    receiver = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="received")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    note = models.CharField(max_length=80, blank=True)
    # One to one: the last guard against two payers of one ask.
    ask = models.OneToOneField(Ask, null=True, on_delete=models.PROTECT, related_name="transfer")
    journal = models.UUIDField(unique=True)
    reversal = models.UUIDField(null=True, unique=True)
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="transfer_positive"),
            models.CheckConstraint(condition=~Q(payer=F("receiver")), name="transfer_to_another"),
        ]

    def __str__(self) -> str:
        return f"transfer {self.id}"
