"""Who shares in whose sales, and who has agreed to it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models.business import Merchant


class SplitRule(models.Model):
    """asked -> active, ended. A part of each sale's net goes to a partner, from the day it starts.

    The partner is asked by mail and says which of its businesses takes part; the token works once and is
    kept as a hash. Days are local days of the place of sale, half-open.
    """

    class State(models.TextChoices):
        ASKED = "asked"
        ACTIVE = "active"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="split_rules")
    partner = models.ForeignKey(Merchant, null=True, on_delete=models.PROTECT, related_name="partner_rules")
    label = models.CharField(max_length=60)
    share_ppm = models.PositiveIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    email = models.EmailField()
    token_sha256 = models.BinaryField(max_length=32, unique=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(share_ppm__gt=0, share_ppm__lte=1_000_000), name="split_rule_share"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="split_rule_half_open"
            ),
            models.CheckConstraint(
                condition=Q(partner=None) | ~Q(partner=F("merchant")), name="split_rule_two_parties"
            ),
            # Nobody takes part without having said so.
            models.CheckConstraint(
                condition=Q(state="asked", partner=None, accepted_at=None, accepted_by=None, ended_at=None)
                | Q(
                    state="active",
                    partner__isnull=False,
                    accepted_at__isnull=False,
                    accepted_by__isnull=False,
                    ended_at=None,
                )
                | Q(state="ended", ended_at__isnull=False),
                name="split_rule_state_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["merchant", "id"], condition=Q(state="active"), name="split_rule_active"),
            models.Index(fields=["partner", "id"], name="split_rule_partner"),
        ]

    def __str__(self) -> str:
        return self.label
