"""What an answer pack is made of: receipts in blocks, the ledger's side, and the asker's own transfers.

Receipts are read by number, a block a statement: so that progress can be told, and memory stays flat. The
ledger is read at the end in one snapshot, without a look at receipts: so the two can disagree.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q

from merchants.models import Merchant
from merchants.queries import Actor, not_found
from reports.core.answer import Booked
from reports.core.answer_figures import Provisional
from reports.core.periods import Period
from reports.models import AnswerPack
from reports.queries.books import client_for
from reports.queries.rows import safe_text
from reports.queries.snapshot import snapshot
from wallets.models import Transfer

BLOCK = 2000

_RECEIPTS = """
FROM payments_receipt r JOIN wallets_journal j ON j.id = r.journal
    JOIN payments_payment p ON p.id = r.payment_id LEFT JOIN payments_refund f ON f.id = r.refund_id
WHERE r.merchant_id = %(merchant)s AND j.happened_at >= %(starts_at)s AND j.happened_at < %(ends_at)s
"""
_OURS = f"{_RECEIPTS} AND p.currency = %(currency)s"
_COUNT = f"SELECT count(*), coalesce(min(r.number), 0), coalesce(max(r.number), 0) {_OURS}"
# The papers that a correction changes: its sale's and those of refunds made before it, from any period.
_BEFORE = """CASE WHEN r.kind = 'correction' THEN (
        SELECT jsonb_agg(jsonb_build_array(o.number, o.body, encode(o.sha256, 'hex'),
            encode(k.document_sha256, 'hex')) ORDER BY o.number)
        FROM payments_receipt o JOIN wallets_journal k ON k.id = o.journal
        WHERE o.payment_id = r.payment_id AND o.number < r.number) END"""
_BLOCK = f"""
SELECT r.number, r.body, encode(r.sha256, 'hex'), encode(j.document_sha256, 'hex'), j.id, j.happened_at,
    CASE r.kind WHEN 'sale' THEN -p.fee_minor WHEN 'refund' THEN f.fee_minor ELSE 0 END,
    {safe_text("r.body::jsonb -> 'seller' ->> 'branch'")},
    {safe_text("r.body::jsonb -> 'seller' ->> 'till'")}, {safe_text("r.body::jsonb ->> 'reference'")},
    coalesce({_BEFORE}, '[]')
{_OURS} AND r.number > %(after)s AND r.number <= %(last)s ORDER BY r.number LIMIT %(most)s
"""
_OTHERS = f"SELECT p.currency, count(*) {_RECEIPTS} AND p.currency <> %(currency)s GROUP BY 1 ORDER BY 1"
_BOOKED = """
SELECT j.kind, a.code, sum(e.amount_minor)::bigint
FROM wallets_journal j JOIN wallets_entry e ON e.journal_id = j.id
    JOIN wallets_account a ON a.id = e.account_id
WHERE j.shard_key = %(merchant)s AND j.kind = ANY(%(kinds)s) AND a.shard_key = %(merchant)s
    AND a.currency = %(currency)s AND j.happened_at >= %(starts_at)s AND j.happened_at < %(ends_at)s
GROUP BY 1, 2
"""
_JOURNALS = """
SELECT j.kind, count(*) FROM wallets_journal j
WHERE j.shard_key = %(merchant)s AND j.kind = ANY(%(kinds)s)
    AND j.happened_at >= %(starts_at)s AND j.happened_at < %(ends_at)s
    AND EXISTS (
        SELECT FROM wallets_entry e JOIN wallets_account a ON a.id = e.account_id
        WHERE e.journal_id = j.id AND a.shard_key = %(merchant)s AND a.currency = %(currency)s
    )
GROUP BY 1
"""
_TRADE, _PAYOUTS = ["sale", "refund", "correction"], ["payout", "payout_returned"]
# What the period's own receipts cannot say: sales are corrected on a later day, and some not yet.
_PROVISIONAL = """
SELECT count(*) FILTER (WHERE NOT sold), coalesce(sum(tax_before_minor) FILTER (WHERE NOT sold), 0)::bigint,
    coalesce(sum(tax_minor) FILTER (WHERE NOT sold), 0)::bigint,
    count(*) FILTER (WHERE sold), coalesce(sum(tax_before_minor) FILTER (WHERE sold), 0)::bigint,
    coalesce(sum(tax_minor) FILTER (WHERE sold), 0)::bigint,
    (SELECT count(*) FROM payments_payment p WHERE p.merchant_id = %(merchant)s AND p.provisional
        AND p.currency = %(currency)s AND p.happened_at >= %(starts_at)s AND p.happened_at < %(ends_at)s)
FROM (
    SELECT c.tax_before_minor, c.tax_minor,
        p.happened_at >= %(starts_at)s AND p.happened_at < %(ends_at)s AS sold,
        c.happened_at >= %(starts_at)s AND c.happened_at < %(ends_at)s AS corrected
    FROM payments_correction c JOIN payments_payment p ON p.id = c.payment_id
    WHERE c.merchant_id = %(merchant)s AND p.currency = %(currency)s
) each WHERE sold <> corrected
"""


class Kept(NamedTuple):
    """A receipt's text, its own hash, and the one that its journal keeps."""

    number: int
    body: str
    sha256: str
    booked_sha256: str


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """One receipt. branch, till, reference: safe for any spreadsheet. Fees taken: negative.

    before: of a correction, the receipts that it changes.
    """

    kept: Kept
    journal: UUID
    happened_at: datetime
    fee_minor: int
    branch: str
    till: str
    reference: str
    before: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class LedgerSide:
    """The books of a period in one snapshot. others: receipts in other currencies, how many of each."""

    booked: list[Booked]
    journals: dict[str, int]
    paid_out_minor: int
    others: list[tuple[str, int]]
    provisional: Provisional


@dataclass(frozen=True, slots=True)
class OwnTransfer:
    """One transfer of the asker's own wallet; received: positive. Nobody else is named."""

    transfer: UUID
    happened_at: datetime
    amount_minor: int


def receipts_between(merchant_id: UUID, period: Period, currency: str) -> tuple[int, int, int]:
    """How many receipts a period has, and their first and last number (0 for none); one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _values(merchant_id, period, currency))
        count, first, last = cursor.fetchone()
    return count, first, last


def receipt_blocks(
    merchant_id: UUID, period: Period, currency: str, first: int, last: int
) -> Iterator[list[ReceiptRow]]:
    """The receipts of a period by number, BLOCK at a time."""
    values = _values(merchant_id, period, currency) | {"last": last, "most": BLOCK}
    after = first - 1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_BLOCK, values | {"after": after})
            rows = [_receipt_row(*row) for row in cursor.fetchall()]
        if not rows:
            return
        yield rows
        after = rows[-1].kept.number


def ledger_side(merchant_id: UUID, period: Period, currency: str) -> LedgerSide:
    """What the ledger says of the same period; five statements in one snapshot."""
    values = _values(merchant_id, period, currency)
    with snapshot() as cursor:
        cursor.execute(_BOOKED, values | {"kinds": _TRADE})
        booked = [row for found in cursor.fetchall() for row in _booked(*found)]
        cursor.execute(_JOURNALS, values | {"kinds": _TRADE})
        journals = dict(cursor.fetchall())
        cursor.execute(_BOOKED, values | {"kinds": _PAYOUTS})
        paid_out = -sum(minor for _, _, minor in cursor.fetchall())
        cursor.execute(_OTHERS, values)
        others = cursor.fetchall()
        cursor.execute(_PROVISIONAL, values)
        return LedgerSide(booked, journals, paid_out, others, Provisional(*cursor.fetchone()))


def own_transfers(person_id: UUID, period: Period, currency: str) -> list[OwnTransfer]:
    """Transfers between persons of this one's wallet, oldest first, without those taken back; one query."""
    own = Q(payer__owner=person_id) | Q(receiver__owner=person_id)
    rows = Transfer.objects.filter(
        own,
        currency=currency,
        reversal=None,
        happened_at__gte=period.starts_at,
        happened_at__lt=period.ends_at,
    ).order_by("happened_at", "id")
    return [
        OwnTransfer(
            row.pk,
            row.happened_at,
            row.amount_minor if row.receiver.owner_id == person_id else -row.amount_minor,
        )
        for row in rows.select_related("receiver")
    ]


def packs_of(actor: Actor, merchant: Merchant, *, limit: int = 24) -> list[AnswerPack]:
    """The newest packs that this person may see; one query."""
    rows = _seen_by(actor).filter(merchant=merchant).select_related("asked_by")
    return list(rows.order_by("-created_at", "-id")[:limit])


def pack_for(actor: Actor, merchant_id: UUID, pack_id: UUID) -> AnswerPack:
    """One of them; two queries. Refused not_found (404), also for a pack with another's own transfers."""
    merchant = client_for(actor, merchant_id)
    pack = (
        _seen_by(actor).filter(pk=pack_id, merchant=merchant).select_related("asked_by", "merchant").first()
    )
    if pack is None:
        raise not_found()
    return pack


def _seen_by(actor: Actor) -> Any:
    return AnswerPack.objects.filter(Q(personal=False) | Q(asked_by=actor))


def _receipt_row(*row: Any) -> ReceiptRow:
    journal, happened_at, fee_minor, branch, till, reference, told = row[4:]
    before = json.loads(told) if isinstance(told, str) else told
    papers = tuple(Kept(*each) for each in before)
    return ReceiptRow(Kept(*row[:4]), journal, happened_at, fee_minor, branch, till, reference, papers)


def _booked(kind: str, code: str, amount_minor: int) -> Iterator[Booked]:
    """Codes as `wallets.core.chart` builds them. The platform's: only its fees are the shop's money."""
    owner, *parts = code.split(":")
    if owner == "merchant":
        account = parts[2]
        key = (parts[3], *parts[4:6]) if account in ("tax", "tax_claim") else ()
        place, tax, rate = (*key, "", "", "")[:3]
        yield Booked(kind, account, amount_minor, (place, tax, rate))
    elif parts[1] == "fees":
        yield Booked(kind, "fees", amount_minor)


def _values(merchant_id: UUID, period: Period, currency: str) -> dict[str, Any]:
    return {
        "merchant": merchant_id,
        "currency": currency,
        "starts_at": period.starts_at,
        "ends_at": period.ends_at,
    }
