"""What the accountant takes away: one export is one file of one period, built once."""

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models import Merchant
from reports.models.seals import BooksClosing


class Export(models.Model):
    """queued -> building -> ready, failed. Half-open period; the file is addressed by its hash."""

    class State(models.TextChoices):
        QUEUED = "queued"
        BUILDING = "building"
        READY = "ready"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Null: the platform's own, for operators alone.
    merchant = models.ForeignKey(Merchant, null=True, on_delete=models.PROTECT, related_name="exports")
    name = models.CharField(max_length=30)
    period = models.CharField(max_length=25)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=50)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    # While it is made: how far it is, of how many, and when its builder last said so.
    rows = models.PositiveBigIntegerField(default=0)
    rows_total = models.PositiveBigIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    # {"<column>": {"<currency>": minor units}, ...}: equal to the ledger, or the export has failed.
    totals = models.JSONField(default=dict)
    # Of which columns and of which tax rates it speaks.
    schema_version = models.CharField(max_length=20, blank=True)
    rate_table = models.CharField(max_length=64, blank=True)
    # The sealed period that it belongs to: then it is kept and served for ever.
    closing = models.ForeignKey(BooksClosing, null=True, on_delete=models.PROTECT, related_name="exports")
    problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="export_half_open"),
            models.CheckConstraint(
                condition=(Q(state="ready") & ~Q(sha256="")) | (~Q(state="ready") & Q(sha256="")),
                name="export_ready_has_hash",
            ),
            # Asked twice at once, built once.
            models.UniqueConstraint(
                fields=["merchant", "name", "period"],
                condition=Q(state__in=["queued", "building"], closing=None),
                name="export_one_under_way",
                nulls_distinct=False,
            ),
            # A closing has one file of a kind: the first stays.
            models.UniqueConstraint(
                fields=["closing", "name"],
                condition=Q(closing__isnull=False) & ~Q(state="failed"),
                name="export_sealed_once",
            ),
        ]
        indexes = [
            models.Index(fields=["merchant", "created_at"], name="export_merchant"),
            models.Index(fields=["id"], condition=Q(state__in=["queued", "building"]), name="export_due"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.period}"

    @property
    def under_way(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.BUILDING)

    @property
    def folder(self) -> Path:
        """Where its files lie, named by their hash; nobody but the builder and the download goes there."""
        return Path(settings.EXPORT_DIR) / str(self.id)
