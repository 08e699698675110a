"""A partner's part of one sale: fixed at the confirm, set aside by the sale, moved by the partner's lane."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models import Merchant, SplitRule
from payments.models.sale import Payment


class SplitShare(models.Model):
    """due -> shared. Of a promised payment it is due too, and is moved once that is settled."""

    class State(models.TextChoices):
        DUE = "due"
        SHARED = "shared"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="shares")
    rule = models.ForeignKey(SplitRule, on_delete=models.PROTECT, related_name="shares")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    journal = models.UUIDField(null=True, unique=True)
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="split_share_positive"),
            models.UniqueConstraint(fields=["payment", "rule"], name="split_share_once"),
            models.CheckConstraint(
                condition=Q(state="due", journal=None) | Q(state="shared", journal__isnull=False),
                name="split_share_state_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "id"], condition=Q(state="due"), name="split_share_due"),
            models.Index(fields=["partner", "happened_at"], name="split_share_partner"),
        ]

    def __str__(self) -> str:
        return f"share {self.id}"
