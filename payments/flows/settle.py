"""Settlement: a batch of promised payments becomes journals, set-wise.

PostgreSQL is the queue: what is due stands in rows with everything that settling writes. A batch takes
its rows with SKIP LOCKED and commits whole or not at all, so it may be killed at any line and asked
twice; `payments/sql/payments_settle.sql` is all of it, so that no row travels here and back.
"""

import logging
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from base.flows.retry import retry
from base.flows.ring import ring_live
from payments.models import Due, Payment

BATCH = 1000
log = logging.getLogger(__name__)
_LANE_LOCK = 0x5E771E
# One worker at a time in a lane: a second would only wait for the first at the merchants' accounts. And no
# batch waits for ever: it gives its rows back, and the next scan takes them again.
_BEGIN = """
SELECT set_config('lock_timeout', '5s', true), set_config('statement_timeout', '60s', true),
    CASE WHEN %s::integer IS NULL THEN true ELSE pg_try_advisory_xact_lock(%s, %s) END
"""
_SETTLE = "SELECT settled, topics FROM payments_settle(%s, %s, %s, %s)"


def settle(*, limit: int = BATCH, lane: int | None = None) -> int:
    """Settle up to `limit` due payments, oldest first, in one transaction; return how many.

    lane: only the merchants of one lane (0 to SETTLE_LANES - 1), and 0 when another worker is in it;
    None: any. One payment that cannot be settled (a bug, or a row that was tampered with) must not hold
    up the rest: its batch is then settled one by one, and it stays promised, loudly, until somebody looks.
    """
    try:
        return _batch(limit, lane)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("a batch does not settle: going on one by one")
    due = Due.objects.order_by("payment").values_list("payment", flat=True)[:limit]
    return sum(_alone(payment_id) for payment_id in list(due))


@retry
def _batch(limit: int, lane: int | None) -> int:
    lanes = settings.SETTLE_LANES if lane is not None else 1
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_BEGIN, [lane, _LANE_LOCK, lanes << 8 | (lane or 0)])
        *_, ours = cursor.fetchone()
        return _settle(lanes=lanes, lane=lane or 0, limit=limit) if ours else 0


def _alone(payment_id: UUID) -> int:
    try:
        return _one(payment_id)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("payment %s does not settle: it stays promised", payment_id)
        return 0


@retry
def _one(payment_id: UUID) -> int:
    with transaction.atomic(durable=True):
        return _settle(only=payment_id)


def settle_one(*, payment_id: UUID) -> Payment:
    """Settle one payment if it is still promised (a refund asks for it), in the caller's transaction.

    Returns it locked. Waits for a batch that has it in hand.
    """
    assert connection.in_atomic_block, "settle_one() belongs into the caller's transaction"
    _settle(only=payment_id)
    whole = Payment.objects.select_related("merchant", "branch", "till", "code", "exchange")
    return whole.select_for_update(of=("self",)).get(pk=payment_id)


def _settle(*, lanes: int = 1, lane: int = 0, limit: int = 1, only: UUID | None = None) -> int:
    """Settle what is due of a lane, or one payment; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, [lanes, lane, limit, only])
        settled, topics = cursor.fetchone()
    if settled:
        ring_live(topics=topics)
    return int(settled)
