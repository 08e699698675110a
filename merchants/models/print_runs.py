"""Many codes printed at once, for tables, rooms and stalls."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models.business import Branch, Merchant
from merchants.models.codes import QrCode


class PrintRun(models.Model):
    """One list of codes and the PDF of all of them: drawn in the background, kept, and served as it was."""

    class State(models.TextChoices):
        QUEUED = "queued"
        DRAWING = "drawing"
        READY = "ready"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="print_runs")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    sheet = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    total = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField(default=0)
    # A sentence for the shop: why there is no file.
    problem = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    content = models.BinaryField(null=True)
    sha256 = models.BinaryField(max_length=32, null=True)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(total__gt=0, drawn__gte=0, drawn__lte=F("total")), name="print_run_counts"
            ),
            models.CheckConstraint(
                condition=Q(state="ready", content__isnull=False, sha256__isnull=False, drawn=F("total"))
                | (~Q(state="ready") & Q(content=None, sha256=None)),
                name="print_run_file_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(state__in=["queued", "drawing"]), name="print_run_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.total} codes"


class PrintRunCode(models.Model):
    """A code of a run, in the order of its list."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(PrintRun, on_delete=models.PROTECT, related_name="codes", db_index=False)
    place = models.PositiveIntegerField()
    code = models.OneToOneField(QrCode, on_delete=models.PROTECT, related_name="print_run")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "place"], name="print_run_place_once")]

    def __str__(self) -> str:
        return f"{self.place} of {self.run_id}"
