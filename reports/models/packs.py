"""An answer to an authority: its figure of a turnover, and the files that rebuild it from receipts."""

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models import Merchant


class AnswerPack(models.Model):
    """queued -> building -> ready, failed. Its files are addressed by their hashes and kept for ever."""

    class State(models.TextChoices):
        QUEUED = "queued"
        BUILDING = "building"
        READY = "ready"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=25)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=50)
    # What the authority says.
    currency = models.CharField(max_length=3)
    figure_minor = models.BigIntegerField()
    reference = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=300, blank=True)
    # The asker's own transfers are in it: then nobody else may see it.
    personal = models.BooleanField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    receipts_total = models.PositiveBigIntegerField(default=0)
    receipts_done = models.PositiveBigIntegerField(default=0)
    file_stem = models.CharField(max_length=120, blank=True)
    csv_sha256 = models.CharField(max_length=64, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    # Of a ready one, for its page: {"candidates": [[code, minor, difference, nearest], ...],
    # "corrections": [how many, by which they changed the tax], "provisional": [...]}.
    result = models.JSONField(default=dict)
    problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="answer_pack_half_open"),
            models.CheckConstraint(condition=Q(figure_minor__gte=0), name="answer_pack_figure_not_negative"),
            models.CheckConstraint(
                condition=(Q(state="ready") & ~Q(csv_sha256="") & ~Q(pdf_sha256=""))
                | (~Q(state="ready") & Q(csv_sha256="", pdf_sha256="")),
                name="answer_pack_ready_has_hashes",
            ),
            # Asked twice at once, built once.
            models.UniqueConstraint(
                fields=[
                    "merchant",
                    "asked_by",
                    "period",
                    "currency",
                    "figure_minor",
                    "personal",
                    "reference",
                ],
                condition=Q(state__in=["queued", "building"]),
                name="answer_pack_one_under_way",
            ),
        ]
        indexes = [
            models.Index(fields=["merchant", "created_at"], name="answer_pack_merchant"),
            models.Index(
                fields=["id"], condition=Q(state__in=["queued", "building"]), name="answer_pack_due"
            ),
        ]

    def __str__(self) -> str:
        return f"answer to {self.figure_minor} {self.currency} of {self.period}"

    @property
    def under_way(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.BUILDING)

    @property
    def folder(self) -> Path:
        """Where its files lie, named by their hashes."""
        return Path(settings.EXPORT_DIR) / "answers" / str(self.id)
