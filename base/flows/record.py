"""Write what happened: events for those who listen, audit lines for those who ask later."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from base.ids import new_id
from base.models import AuditLine

_EVENTS = """
INSERT INTO base_event (id, topic, kind, subject, shard_key, payload)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::uuid[], %s::jsonb[])
"""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """topic: audience ("till:<id>", "branch:<id>"). shard_key: the merchant it belongs to."""

    topic: str
    kind: str
    subject: UUID
    shard_key: UUID
    payload: Mapping[str, Any] = field(default_factory=dict)


def record(*, events: Sequence[NewEvent]) -> None:
    """Add events in one statement, in the caller's transaction."""
    if not events:
        return
    columns: list[Any] = [
        [new_id() for _ in events],
        [event.topic for event in events],
        [event.kind for event in events],
        [event.subject for event in events],
        [event.shard_key for event in events],
        [json.dumps(event.payload, default=str) for event in events],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, columns)


def audit_line(
    *, actor_id: UUID | None, action: str, subject: UUID, merchant: UUID | None = None, **detail: Any
) -> None:
    """Add one line to the audit trail, in the caller's transaction."""
    AuditLine.objects.create(
        actor_id=actor_id, action=action, subject=subject, merchant=merchant, detail=detail
    )
