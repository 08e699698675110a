"""A person's wallet: whose the customer accounts are, and what has been spent from them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id
from wallets.core.limits import BASIC, TIERS


class Wallet(models.Model):
    """A person's accounts: one row a person, one account a currency (`customer:<wallet>:<CUR>`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="wallet")
    frozen_at = models.DateTimeField(null=True)
    tier = models.CharField(max_length=10, db_default=BASIC)
    # In the link of "my code": whoever has it may send money here and sees the owner's name, no more.
    token = models.CharField(max_length=22, null=True, unique=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(tier__in=list(TIERS)), name="wallet_tier_known"),
        ]

    def __str__(self) -> str:
        return f"wallet {self.id}"


class Spending(models.Model):
    """What a wallet has spent on one day (UTC) in one currency, for its limits; see `limit_spending`."""

    pk = models.CompositePrimaryKey("wallet", "currency", "day")
    # No foreign key: it would lock the wallet's row in every first payment of a day.
    wallet = models.UUIDField()
    currency = models.CharField(max_length=3)
    day = models.DateField()
    spent_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(spent_minor__gt=0), name="spending_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.wallet} {self.currency} {self.day}"
