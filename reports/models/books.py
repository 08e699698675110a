"""When the books were looked at, and what was found: so that an alert is given once, not at every look."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id


class BooksLook(models.Model):
    """One audit of the books by the clock. findings: how many it found; best 0."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    checks = models.PositiveSmallIntegerField()
    findings = models.PositiveIntegerField()
    milliseconds = models.PositiveIntegerField()
    ended_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.findings} findings"


class BooksFinding(models.Model):
    """One broken promise from the look that found it first to the first that did not find it any more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    check_name = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    detail = models.CharField(max_length=500)
    # Whose books: a merchant or a wallet; null where it is about all of them.
    shard_key = models.UUIDField(null=True)
    found_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # The same fault, seen at every look, is one finding and one alert.
            models.UniqueConstraint(
                fields=["check_name", "subject"], condition=Q(gone_at=None), name="books_finding_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.check_name}: {self.subject}"
