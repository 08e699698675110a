"""A person's wallet: whose the customer accounts are."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from base.ids import new_id


class Wallet(models.Model):
    """A person's accounts: one row a person, one account a currency (`customer:<wallet>:<CUR>`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="wallet")
    frozen_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"wallet {self.id}"
