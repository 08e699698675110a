"""Which books are closed: while a merchant's are, nothing can be booked there any more.

Written by `ledger_close_books` and `ledger_open_books` alone (`wallets/sql`); what a period is, and who may
close it, is `reports`' to say.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class ClosedBooks(models.Model):
    """Half-open: a journal of this shard that happened in it is refused by the database."""

    id = models.BigAutoField(primary_key=True)
    shard_key = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shard_key", "starts_at"], name="closed_books_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="closed_books_half_open"),
        ]
        # Journals that are younger than the last end need no look-up.
        indexes = [models.Index(fields=["ends_at"], name="closed_books_end")]

    def __str__(self) -> str:
        return f"{self.shard_key} until {self.ends_at}"
