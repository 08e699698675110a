"""A person's page that shows codes to tills: one PIN, and what was paid on it without another."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id


class Showing(models.Model):
    """open -> closed, or run out. A person has one open showing at most: a new one ends the old.

    with_pin: it was opened with the PIN, which is the yes to small amounts. The counts are of payments that
    were made on this yes alone; only `payments_promise` raises them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    with_pin = models.BooleanField()
    opened_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    # Of the first small payment: another currency asks for the PIN, so that sums can be compared.
    currency = models.CharField(max_length=3, null=True)
    small_minor = models.BigIntegerField(default=0)
    small_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(closed_at=None), name="showing_one_open_a_person"
            ),
            # Without the PIN nothing was agreed to; what was counted has a sum and a currency.
            models.CheckConstraint(
                condition=Q(small_count=0, small_minor=0, currency=None)
                | Q(with_pin=True, small_count__gt=0, small_minor__gt=0, currency__isnull=False),
                name="showing_small_needs_pin",
            ),
        ]

    def __str__(self) -> str:
        return f"showing {self.id}"
