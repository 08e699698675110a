"""The verdict: what the clients' own files say, held against what the database says when all is quiet.

lost: answered yes, and not there. duplicated: one key, and more than one charge, settlement or refund.
stuck: never came to its end. unknown: no definite answer, or nothing could be read back. wrong: there, but
not as it was asked for; or there, and nobody asked.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.faults.log import DONE, PAYMENT, REFUND, REFUSED, Asked
from tests.faults.plan import Payer
from tests.faults.servers import House

KINDS = ("lost", "duplicated", "stuck", "unknown", "wrong")


@dataclass(frozen=True)
class Payment:
    """A payment as the database has it. sales, holds: how many sale journals and holds stand for it."""

    id: str
    session: str
    person: str
    total_minor: int
    refunded_minor: int
    state: str
    sales: int
    holds: int


@dataclass(frozen=True)
class Refund:
    """A refund as the database has it. journals: how many refund journals stand for it."""

    id: str
    payment: str
    amount_minor: int
    state: str
    journals: int


@dataclass(frozen=True)
class Books:
    """What was read back. balances: what is free to spend, in minor units, by account code."""

    payments: list[Payment]
    refunds: list[Refund]
    balances: dict[str, int]


@dataclass
class Verdict:
    """Counts of each kind, and a line of evidence for each."""

    counts: Counter[str] = field(default_factory=lambda: Counter({kind: 0 for kind in KINDS}))
    evidence: list[str] = field(default_factory=list)

    def find(self, kind: str, one: object) -> None:
        self.counts[kind] += 1
        self.evidence.append(f"{kind}: {one}")


_PAYMENTS = """
SELECT p.id::text, p.session_id::text, p.person_id::text, p.total_minor, p.refunded_minor, p.state,
    (SELECT count(*) FROM wallets_journal j WHERE j.kind = 'sale' AND j.reference = 'sale:' || p.id),
    (SELECT count(*) FROM wallets_hold h WHERE h.payment = p.id)
FROM payments_payment p
"""
_REFUNDS = """
SELECT r.id::text, r.payment_id::text, r.amount_minor, r.state,
    (SELECT count(*) FROM wallets_journal j WHERE j.kind = 'refund' AND j.reference = 'refund:' || r.id)
FROM payments_refund r
"""
_BALANCES = "SELECT code, balance_minor - held_minor FROM wallets_account WHERE code LIKE 'customer:%'"


def read_back(house: House) -> Books:
    """The final reads. Whatever goes wrong here makes the run unknown, never clean."""
    with house.superuser() as cursor:
        # Without the unique index each look for a reference would read the whole table.
        cursor.execute("CREATE INDEX IF NOT EXISTS oracle_reference ON wallets_journal (kind, reference)")
        payments = [Payment(*row) for row in cursor.execute(_PAYMENTS).fetchall()]
        refunds = [Refund(*row) for row in cursor.execute(_REFUNDS).fetchall()]
        return Books(payments, refunds, dict(cursor.execute(_BALANCES).fetchall()))


def judge(asked: Iterable[Asked], books: Books | None, payers: Iterable[Payer]) -> Verdict:
    """Compare. Without the books, every key is unknown."""
    asked, verdict = list(asked), Verdict()
    if books is None:
        for one in asked:
            verdict.find("unknown", one)
        return verdict
    _payments([one for one in asked if one.kind == PAYMENT], books, verdict)
    _refunds([one for one in asked if one.kind == REFUND], books, verdict)
    _balances(asked, books, payers, verdict)
    return verdict


def _payments(asked: list[Asked], books: Books, verdict: Verdict) -> None:
    rows: dict[str, list[Payment]] = defaultdict(list)
    for payment in books.payments:
        rows[payment.session].append(payment)
    for one in asked:
        found = rows.pop(one.key, [])
        _answered(one, [row.id for row in found], verdict)
        if len(found) > 1 or any(row.sales > 1 or row.holds > 1 for row in found):
            verdict.find("duplicated", (one, found))
        for row in found:
            if (row.person, row.total_minor) != (one.about, one.amount_minor):
                verdict.find("wrong", (one, row))
            if row.state != "settled" or not row.sales:
                verdict.find("stuck", row)
    for session, found in rows.items():
        verdict.find("wrong", f"nobody asked for the payment of session {session}: {found}")


def _refunds(asked: list[Asked], books: Books, verdict: Verdict) -> None:
    rows: dict[str, list[Refund]] = defaultdict(list)
    for refund in books.refunds:
        rows[refund.payment].append(refund)
    refunded = {payment.id: payment.refunded_minor for payment in books.payments}
    for one in asked:  # each payment is given back under one key only
        found = rows.pop(one.about, [])
        _answered(one, [row.id for row in found], verdict)
        if len(found) > 1 or any(row.journals > 1 for row in found):
            verdict.find("duplicated", (one, found))
        for row in found:
            if row.amount_minor != one.amount_minor:
                verdict.find("wrong", (one, row))
            if row.state != "posted" or not row.journals:
                verdict.find("stuck", row)
        if one.status == DONE and refunded.get(one.about) != one.amount_minor:
            verdict.find("wrong", f"{one}: the payment says {refunded.get(one.about)} went back")
    for payment, found in rows.items():
        verdict.find("wrong", f"nobody asked for the refund of payment {payment}: {found}")


def _answered(one: Asked, found: list[str], verdict: Verdict) -> None:
    """Whether what stands in the database is what the client was told."""
    if one.status is None:
        verdict.find("unknown", one)
    elif one.status == REFUSED and found:
        verdict.find("wrong", f"{one} was refused, but there is {found}")
    elif one.status == DONE and not one.ids & set(found):
        verdict.find("lost", one)
    if len(one.ids) > 1:
        verdict.find("duplicated", f"{one} was answered with {one.ids}")


def _balances(asked: list[Asked], books: Books, payers: Iterable[Payer], verdict: Verdict) -> None:
    """Each payer has what they began with, without what they paid, with what came back."""
    spent: dict[str, int] = defaultdict(int)
    payer_of: dict[str, str] = {}
    for one in asked:
        if one.kind == PAYMENT and one.status == DONE:
            spent[one.about] += one.amount_minor
            payer_of |= {made: one.about for made in one.ids}
    for one in asked:
        if one.kind == REFUND and one.status == DONE:
            spent[payer_of[one.about]] -= one.amount_minor
    for payer in payers:
        expected, has = payer.funds_minor - spent[payer.person], books.balances.get(payer.account)
        if has != expected:
            verdict.find("wrong", f"payer {payer.person} has {has}, by the log {expected}")


def findings(said: str) -> str:
    """What `audit_ledger` printed, as one word for the last line."""
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError:
        return "unread"
    return "clean" if answer["clean"] else f"{len(answer['findings'])} findings"
