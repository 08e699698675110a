"""Do a thing once, however often it is asked.

`once` is the outermost transaction of what it does: the key's row is written together with the money,
with a fingerprint of the request. A second copy waits for the first (up to `lock_timeout`) and gets its
answer; another request under the same key is refused; an expected refusal is an answer too, and is kept.

Every refusal, also one of the day (`shop_balance_too_low`, `period_closed`): a shop that was told no may
have paid back in cash, and a late copy of the request must not pay again. What is wanted later is asked under
a new key; pages give one after each no. Only `still_working` is not kept, because nothing was decided.
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
_KEEP_NO = """
INSERT INTO base_idempotencykey (scope, key, fingerprint, refused, answer) VALUES (%s, %s, %s, true, %s)
ON CONFLICT (scope, key) DO NOTHING
"""
_KEEP = "UPDATE base_idempotencykey SET refused = %s, answer = %s WHERE id = %s"


def once(*, scope: str, key: str, request: Mapping[str, Any], act: Callable[[], Answer]) -> Answer:
    """Run `act` under an idempotency key and return its answer as JSON gives it back, or the kept one.

    scope: who asks for what, e.g. "confirm:<person>". request: what was asked, compared by hash.
    Raises what `act` refused, each time the same; Refused("key_reused", 422) for another request
    under a used key; Refused("still_working", 409) when a lock was not to be had in time: nothing
    was done or kept then, and the same key may be sent again.
    """
    fingerprint = fingerprint_of(request)
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
        if not is_lock_timeout(error):
            raise
        raise still_working() from error
    return _said(refused, text)


def kept_answer(*, scope: str, key: str, request: Mapping[str, Any], no: Refused | None = None) -> Answer:
    """What stands under a key whose act is one statement, which writes the key itself or nothing at all.

    no: what the act was refused; it is kept, unless a copy of the request was quicker: then its answer
    counts, whatever it was. Raises as `once` does.
    """
    fingerprint = fingerprint_of(request)
    with connection.cursor() as cursor:
        if no is not None:
            cursor.execute(_KEEP_NO, [scope, key, fingerprint, _refusal(no)])
        return _said(*_kept(scope, key, fingerprint))


def fingerprint_of(request: Mapping[str, Any]) -> bytes:
    """32 bytes that stand for what was asked."""
    return hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).digest()


def is_lock_timeout(error: OperationalError) -> bool:
    """Whether a lock was not to be had in time."""
    return getattr(error.__cause__, "sqlstate", None) == LOCK_NOT_AVAILABLE


def still_working() -> Refused:
    """Nothing was done or kept: the same may be asked again."""
    return Refused("still_working", "This is still being worked on. Ask again in two seconds.", status=409)


def _first(act: Callable[[], Answer]) -> tuple[bool, str]:
    """Was it refused, and the answer as JSON. What a refused act had written is taken back."""
    try:
        with transaction.atomic():
            return False, json.dumps(act(), default=str)
    except Refused as no:
        return True, _refusal(no)


def _refusal(no: Refused) -> str:
    kept = {"code": no.code, "message": no.message, "status": no.status, "facts": no.facts}
    return json.dumps(kept, default=str)


def _said(refused: bool, text: str) -> Answer:
    answer: Answer = json.loads(text)
    if refused:
        raise Refused(answer["code"], answer["message"], status=answer["status"], **answer["facts"])
    return answer


def _kept(scope: str, key: str, fingerprint: bytes) -> tuple[bool, str]:
    with connection.cursor() as cursor:
        cursor.execute(_READ, [scope, key])
        known, refused, text = cursor.fetchone()
    if bytes(known) != fingerprint:
        raise Refused("key_reused", "This key was used for another request.", status=422)
    return refused, text
