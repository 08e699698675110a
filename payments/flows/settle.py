"""Settlement: a batch of promised payments becomes journals, set-wise.

PostgreSQL is the queue: what is due stands in rows with everything that settling writes. A batch takes
its rows with SKIP LOCKED and commits whole or not at all, so it may be killed at any line and asked
twice; the number of statements does not grow with it. Lock order: due, receipt counter, hold, accounts.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from base.flows.retry import retry
from base.flows.ring import ring_live
from base.ids import new_id
from payments.models import Due, Payment
from wallets.flows.settle_holds import Settlement, settle_holds

BATCH = 1000
log = logging.getLogger(__name__)
_LANE_LOCK = 0x5E771E
# One worker at a time in a lane: a second would only wait for the first at the merchants' accounts. And no
# batch waits for ever: it gives its rows back, and the next scan takes them again.
_BEGIN = """
SELECT set_config('lock_timeout', '5s', true), set_config('statement_timeout', '60s', true),
    CASE WHEN %s::integer IS NULL THEN true ELSE pg_try_advisory_xact_lock(%s, %s) END
"""
_IN_LANE = "lane %% %s = %s ORDER BY payment_id LIMIT %s FOR UPDATE SKIP LOCKED"
_THIS_ONE = "payment_id = %s FOR UPDATE"
# Gives each merchant's next receipt numbers without gaps (the counter's row is locked until the commit,
# in ascending order, so that a rollback leaves no hole) and writes the receipts.
_RECEIPTS = """
WITH due AS MATERIALIZED (
    SELECT * FROM payments_due WHERE {which}
), wanted AS (
    SELECT merchant, count(*) AS receipts FROM due GROUP BY merchant
), counted AS (
    INSERT INTO payments_receiptcounter AS c (merchant_id, last)
    SELECT merchant, receipts FROM wanted ORDER BY merchant
    ON CONFLICT (merchant_id) DO UPDATE SET last = c.last + excluded.last
    RETURNING merchant_id AS merchant, last
), numbered AS (
    SELECT due.*, counted.last - wanted.receipts
        + row_number() OVER (PARTITION BY due.merchant ORDER BY due.payment_id) AS number
    FROM due JOIN wanted USING (merchant) JOIN counted USING (merchant)
), written AS (
    SELECT *, paper_before || number || paper_after AS body FROM numbered
), receipts AS (
    INSERT INTO payments_receipt (id, merchant_id, number, kind, payment_id, body, sha256, journal)
    SELECT journal, merchant, number, 'sale', payment_id, body, sha256(convert_to(body, 'UTF8')), journal
    FROM written RETURNING payment_id, sha256
)
SELECT w.payment_id, w.number, w.merchant, w.journal, w.happened_at, r.sha256
FROM written w JOIN receipts r USING (payment_id) ORDER BY w.payment_id
"""
# Takes the rows off the queue, flips the payments and tells the tills. Events are written here and not by
# `record`: their text would travel out and back again, a sixth of a batch's time.
_FLIP = """
WITH s AS MATERIALIZED (
    SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::uuid[])
        AS s (payment, journal, number, event)
), flipped AS (
    UPDATE payments_payment p SET state = 'settled', journal = s.journal, settled_at = now()
    FROM s WHERE p.id = s.payment AND p.state = 'promised' RETURNING p.id
), gone AS (
    DELETE FROM payments_due d USING s WHERE d.payment_id = s.payment
    RETURNING s.event, d.topic, s.payment, d.merchant,
        d.told || jsonb_build_object('receipt_no', s.number) AS told
), told AS (
    INSERT INTO base_event (id, topic, kind, subject, shard_key, payload)
    SELECT event, topic, 'payment.settled', payment, merchant, told FROM gone RETURNING topic
)
SELECT (SELECT count(*) FROM flipped), (SELECT array_agg(DISTINCT topic) FROM told)
"""


class _Numbered(NamedTuple):
    """One payment of a batch whose receipt is written."""

    payment: UUID
    number: int
    merchant: UUID
    journal: UUID
    happened_at: datetime
    sha256: bytes


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
        return _settle(_IN_LANE, [lanes, lane or 0, limit]) if ours else 0


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
        return _settle(_THIS_ONE, [payment_id])


def settle_one(*, payment_id: UUID) -> Payment:
    """Settle one payment if it is still promised (a refund asks for it), in the caller's transaction.

    Returns it locked. Waits for a batch that has it in hand.
    """
    assert connection.in_atomic_block, "settle_one() belongs into the caller's transaction"
    _settle(_THIS_ONE, [payment_id])
    whole = Payment.objects.select_related("merchant", "branch", "till", "code")
    return whole.select_for_update(of=("self",)).get(pk=payment_id)


def _settle(which: str, parameters: list[Any]) -> int:
    """Settle the due rows that `which` finds; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_RECEIPTS.format(which=which), parameters)
        batch = [_Numbered(*row) for row in cursor.fetchall()]
        if not batch:
            return 0
        settle_holds(kind="sale", settlements=_settlements(batch))
        cursor.execute(_FLIP, _columns(batch))
        flipped, topics = cursor.fetchone()
    assert flipped == len(batch), "a payment that was due is not promised"
    ring_live(topics=topics)
    return len(batch)


def _columns(batch: Sequence[_Numbered]) -> list[Any]:
    return [
        [one.payment for one in batch],
        [one.journal for one in batch],
        [one.number for one in batch],
        [new_id() for _ in batch],
    ]


def _settlements(batch: Sequence[_Numbered]) -> list[Settlement]:
    return [
        Settlement(
            payment=one.payment,
            journal=one.journal,
            reference=f"sale:{one.payment}",
            happened_at=one.happened_at,
            document_sha256=one.sha256,
            shard_key=one.merchant,
        )
        for one in batch
    ]
