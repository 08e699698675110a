"""Do a thing once, however often it is asked.

`once` is the outermost transaction of what it does: the key's row is written together with the money,
with a fingerprint of the request. A second copy waits for the first (up to `lock_timeout`) and gets its
answer; another request under the same key is refused; an expected refusal is an answer too, and is kept.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.db import OperationalError, connection, transaction

from base.core.errors import Refused

Answer = dict[str, Any]
LOCK_NOT_AVAILABLE = "55P03"

# Somebody stands at the counter: nobody waits longer than this for a lock or a statement.
LIMITS = "SELECT set_config('lock_timeout', '2s', true), set_config('statement_timeout', '5s', true)"
_CLAIM = """
WITH limits AS MATERIALIZED (:limits)
INSERT INTO base_idempotencykey (scope, key, fingerprint, refused) SELECT %s, %s, %s, false FROM limits
ON CONFLICT (scope, key) DO NOTHING RETURNING id
""".replace(":limits", LIMITS)
_READ = "SELECT fingerprint, refused, answer::text FROM base_idempotencykey WHERE scope = %s AND key = %s"
_KEEP = "UPDATE base_idempotencykey SET refused = %s, answer = %s WHERE id = %s"


def once(*, scope: str, key: str, request: Mapping[str, Any], act: Callable[[], Answer]) -> Answer:
    """Run `act` under an idempotency key and return its answer as JSON gives it back, or the kept one.

    scope: who asks for what, e.g. "confirm:<person>". request: what was asked, compared by hash.
    Raises what `act` refused, each time the same; Refused("key_reused", 422) for another request
    under a used key; Refused("still_working", 409) when a lock was not to be had in time: nothing
    was done or kept then, and the same key may be sent again.
    """
    fingerprint = hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).digest()
    try:
        # Durable, because a refusal is kept only if no outer transaction takes it back.
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute(_CLAIM, [scope, key, fingerprint])
            claimed = cursor.fetchone()
            if claimed is None:
                refused, text = _kept(scope, key, fingerprint)
            else:
                refused, text = _first(act)
                cursor.execute(_KEEP, [refused, text, claimed[0]])
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != LOCK_NOT_AVAILABLE:
            raise
        raise Refused(
            "still_working", "This is still being worked on. Ask again in two seconds.", status=409
        ) from error
    answer: Answer = json.loads(text)
    if refused:
        raise Refused(answer["code"], answer["message"], status=answer["status"], **answer["facts"])
    return answer


def _first(act: Callable[[], Answer]) -> tuple[bool, str]:
    """Was it refused, and the answer as JSON. What a refused act had written is taken back."""
    try:
        with transaction.atomic():
            return False, json.dumps(act(), default=str)
    except Refused as no:
        kept = {"code": no.code, "message": no.message, "status": no.status, "facts": no.facts}
        return True, json.dumps(kept, default=str)


def _kept(scope: str, key: str, fingerprint: bytes) -> tuple[bool, str]:
    with connection.cursor() as cursor:
        cursor.execute(_READ, [scope, key])
        known, refused, text = cursor.fetchone()
    if bytes(known) != fingerprint:
        raise Refused("key_reused", "This key was used for another request.", status=422)
    return refused, text
