"""What every app stands on: idempotency keys, events, the audit trail and notices.

Event is partitioned by month on `created_at` (see `base/sql`); it is the outbox that live pages
and, later, webhooks read. The audit trail says who did what; it is only ever added to.
"""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from base.ids import new_id


class IdempotencyKey(models.Model):
    """One asked-for action. Written in the same transaction as its effect, kept 24 hours."""

    scope = models.CharField(max_length=120)
    key = models.CharField(max_length=200)
    fingerprint = models.BinaryField(max_length=32)
    refused = models.BooleanField(default=False)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            # The one guard that makes a second copy of a request wait for the first.
            models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_once"),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_age")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class Event(models.Model):
    """Something that happened, for whoever listens. `topic` is one audience, e.g. "till:<id>"."""

    pk = models.CompositePrimaryKey("id", "created_at")
    id = models.UUIDField(default=new_id)
    created_at = models.DateTimeField(db_default=Now())
    topic = models.CharField(max_length=80)
    kind = models.CharField(max_length=60)
    subject = models.UUIDField()
    shard_key = models.UUIDField()
    payload = models.JSONField()

    class Meta:
        # The table is made by base/sql/event_table.sql: PostgreSQL cannot turn one into partitions later.
        indexes = [models.Index(fields=["topic", "id"], name="event_topic_id")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class AuditLine(models.Model):
    """Who did what to which object. Never changed, never deleted (the app has no right to)."""

    id = models.UUIDField(primary_key=True, default=new_id)
    created_at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.UUIDField()
    merchant = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="audit_line_subject"),
            models.Index(fields=["merchant", "id"], name="audit_line_merchant"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class Notice(models.Model):
    """A mail to be sent: written with the fact it tells of, sent later by a task."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    # Whose sender has it in hand, since when: for a while it is nobody else's.
    claimed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "sent", "failed"]), name="notice_state_known"
            )
        ]
        indexes = [models.Index(fields=["id"], condition=models.Q(state="queued"), name="notice_queued")]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"
