"""Money on its way in over a rail."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id
from wallets.models.wallet import Wallet


class TopUp(models.Model):
    """Money coming in over a rail for a wallet. `rail_reference` is the rail's own id: booked once."""

    class State(models.TextChoices):
        ORDERED = "ordered"
        BOOKED = "booked"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="top_ups")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    rail = models.CharField(max_length=20)
    rail_reference = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ORDERED)
    journal = models.UUIDField(null=True)
    # The journal that took it back, if one did: the order stays booked, as its journal stays posted.
    reversal = models.UUIDField(null=True, unique=True)
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rail", "rail_reference"], name="top_up_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="top_up_positive"),
            models.CheckConstraint(
                condition=Q(state="booked", journal__isnull=False) | (~Q(state="booked") & Q(journal=None)),
                name="top_up_booked_has_journal",
            ),
        ]
        indexes = [models.Index(fields=["wallet", "id"], name="top_up_wallet")]

    def __str__(self) -> str:
        return f"top-up {self.id}"
