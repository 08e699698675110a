"""Files by the clock: what is made when and for whom, what was made, and the links that mails carry.

A link is kept as a hash, and belongs to one membership: whoever leaves the shop leaves it with all links.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from base.ids import new_id
from merchants.models import Membership, Merchant
from reports.models.export import Export


class Schedule(models.Model):
    """A wish for files, each month or quarter. due_at: when it rings next; none while paused or ended."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")
    every = models.CharField(max_length=10)
    day = models.PositiveSmallIntegerField()
    formats = ArrayField(models.CharField(max_length=30))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    readers = models.ManyToManyField(Membership, related_name="+")
    due_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(every__in=["month", "quarter"]), name="schedule_every_known"),
            models.CheckConstraint(condition=Q(day__gte=1, day__lte=28), name="schedule_day_in_each_month"),
            models.CheckConstraint(condition=Q(formats__len__gt=0), name="schedule_makes_something"),
            models.CheckConstraint(
                condition=Q(paused_at=None, ended_at=None, due_at__isnull=False)
                | (Q(due_at=None) & (Q(paused_at__isnull=False) | Q(ended_at__isnull=False))),
                name="schedule_due_while_live",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="schedule_due"),
        ]

    def __str__(self) -> str:
        return f"{self.every} on day {self.day}"


class ScheduledRun(models.Model):
    """What one schedule made of one period. told_at: when its mails were written."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="runs", db_index=False)
    period = models.CharField(max_length=25)
    exports = models.ManyToManyField(Export, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # However many clocks ring, and after whatever standstill: once.
            models.UniqueConstraint(fields=["schedule", "period"], name="scheduled_run_once"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(told_at=None), name="scheduled_run_untold")]

    def __str__(self) -> str:
        return f"{self.period}"


class FileLink(models.Model):
    """The link in one mail to one person. It opens for that person alone, signed in, until it expires."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(ScheduledRun, on_delete=models.PROTECT, related_name="links", db_index=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    token_sha256 = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "membership"], name="file_link_once"),
        ]

    def __str__(self) -> str:
        return f"link of {self.membership_id}"
