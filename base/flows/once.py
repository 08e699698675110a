"""Do a thing once, however often it is asked.

The key's row is written in the money's own transaction, with a fingerprint of the request. A
second copy waits for the first (up to `lock_timeout`) and gets its answer; another request under
the same key is refused; an expected refusal is an answer too, and is kept.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.db import OperationalError, connection, transaction

from base.core.errors import Refused

Answer = dict[str, Any]
LOCK_NOT_AVAILABLE = "55P03"

_CLAIM = """
INSERT INTO base_idempotencykey (scope, key, fingerprint, refused) VALUES (%s, %s, %s, false)
ON CONFLICT (scope, key) DO NOTHING RETURNING id
"""
_READ = "SELECT fingerprint, refused, answer FROM base_idempotencykey WHERE scope = %s AND key = %s"
_KEEP = "UPDATE base_idempotencykey SET refused = %s, answer = %s WHERE id = %s"


def once(*, scope: str, key: str, request: Mapping[str, Any], act: Callable[[], Answer]) -> Answer:
    """Run `act` under an idempotency key and return its answer (JSON-safe), or the kept one.

    scope: who asks for what, e.g. "confirm:<person>". request: what was asked, compared by hash.
    Raises what `act` refused, each time the same; Refused("key_reused", 422) for another request
    under a used key; Refused("still_working", 409) when the first copy has not finished in time.
    """
    fingerprint = hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).digest()
    refusal: Refused | None = None
    with transaction.atomic():
        row_id = _claim(scope, key, fingerprint)
        if row_id is None:
            return _replay(scope, key, fingerprint)
        answer: Answer = {}
        try:
            with transaction.atomic():
                answer = act()
        except Refused as no:
            refusal = no
            answer = {"code": no.code, "message": no.message, "status": no.status, "facts": no.facts}
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [refusal is not None, json.dumps(answer, default=str), row_id])
    if refusal is not None:
        raise refusal
    return answer


def _claim(scope: str, key: str, fingerprint: bytes) -> int | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, [scope, key, fingerprint])
            row = cursor.fetchone()
            return row[0] if row else None
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != LOCK_NOT_AVAILABLE:
            raise
        raise Refused(
            "still_working", "This is still being worked on. Ask again in two seconds.", status=409
        ) from error


def _replay(scope: str, key: str, fingerprint: bytes) -> Answer:
    with connection.cursor() as cursor:
        cursor.execute(_READ, [scope, key])
        known, refused, answer = cursor.fetchone()
    if bytes(known) != fingerprint:
        raise Refused("key_reused", "This key was used for another request.", status=422)
    kept: Answer = json.loads(answer) if isinstance(answer, str) else answer
    if refused:
        raise Refused(kept["code"], kept["message"], status=kept["status"], **kept["facts"])
    return kept
