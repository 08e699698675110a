"""The oracle and the client's log, without servers: each kind of fault planted by hand, and counted."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.__main__ import passed
from tests.faults.controls import CONTROLS
from tests.faults.log import DONE, PAYMENT, REFUND, REFUSED, Asked, ClientLog, read
from tests.faults.oracle import KINDS, Books, Payment, Refund, findings, judge
from tests.faults.plan import Payer

ANN = Payer("ann", "customer:w1:EUR", 1000, {})
PAID = Asked(PAYMENT, "s1", 300, "ann", 1.0, DONE, {"p1"}, 1)
KEPT = Asked(PAYMENT, "s2", 50, "ann", 2.0, DONE, {"p2"}, 2)
BACK = Asked(REFUND, "k1", 300, "p1", 3.0, DONE, {"r1"}, 1)
P1 = Payment("p1", "s1", "ann", 300, 300, "settled", sales=1, holds=1)
P2 = Payment("p2", "s2", "ann", 50, 0, "settled", sales=1, holds=1)
R1 = Refund("r1", "p1", 300, "posted", journals=1)
GOOD = Books([P1, P2], [R1], {ANN.account: 950})
CLEAN = dict.fromkeys(KINDS, 0)


def counts(asked: list[Asked], books: Books | None) -> dict[str, int]:
    """What the oracle finds, without the zeros."""
    return {kind: number for kind, number in judge(asked, books, [ANN]).counts.items() if number}


def test_what_was_asked_and_is_there_is_clean() -> None:
    assert judge([PAID, KEPT, BACK], GOOD, [ANN]).counts == CLEAN


Plant = Callable[[], tuple[list[Asked], Books]]


def books(
    *, payments: tuple[Payment, ...] = (P1, P2), refunds: tuple[Refund, ...] = (R1,), free: int = 950
) -> Books:
    return Books(list(payments), list(refunds), {ANN.account: free})


def asked(*, paid: Asked = PAID, kept: Asked = KEPT, back: Asked = BACK) -> list[Asked]:
    return [paid, kept, back]


PLANTS: dict[str, tuple[list[Asked], Books, dict[str, int]]] = {
    "a payment is gone": (asked(), books(payments=(P1,), free=1000), {"lost": 1, "wrong": 1}),
    "a refund is gone": (asked(), books(refunds=()), {"lost": 1}),
    "another payment stands under the key": (
        asked(), books(payments=(P1, replace(P2, id="p3"))), {"lost": 1},
    ),
    "a session was charged twice": (
        asked(), books(payments=(P1, P2, replace(P2, id="p3")), free=900), {"duplicated": 1, "wrong": 1},
    ),
    "a payment was settled twice": (asked(), books(payments=(P1, replace(P2, sales=2))), {"duplicated": 1}),
    "a payment holds money twice": (asked(), books(payments=(P1, replace(P2, holds=2))), {"duplicated": 1}),
    "a refund has two journals": (asked(), books(refunds=(replace(R1, journals=2),)), {"duplicated": 1}),
    "a payment was refunded twice": (asked(), books(refunds=(R1, replace(R1, id="r2"))), {"duplicated": 1}),
    "two answers named two payments": (
        asked(kept=replace(KEPT, ids={"p2", "p3"})), GOOD, {"duplicated": 1},
    ),
    "a payment was never settled": (
        asked(), books(payments=(P1, replace(P2, state="promised", sales=0))), {"stuck": 1},
    ),
    "a settled payment has no journal": (asked(), books(payments=(P1, replace(P2, sales=0))), {"stuck": 1}),
    "a refund was ordered only": (asked(), books(refunds=(replace(R1, state="ordered"),)), {"stuck": 1}),
    "no answer ever came": (
        asked(kept=replace(KEPT, status=None, ids=set())), books(free=1000), {"unknown": 1},
    ),
    "another amount": (asked(), books(payments=(P1, replace(P2, total_minor=51))), {"wrong": 1}),
    "another payer": (asked(), books(payments=(P1, replace(P2, person="bob"))), {"wrong": 1}),
    "another amount went back": (asked(), books(refunds=(replace(R1, amount_minor=299),)), {"wrong": 1}),
    "the payment does not know of its refund": (
        asked(), books(payments=(replace(P1, refunded_minor=0), P2)), {"wrong": 1},
    ),
    "refused, but paid": (
        asked(kept=replace(KEPT, status=REFUSED, ids=set())), GOOD, {"wrong": 2},
    ),
    "nobody asked for a payment": (
        asked(), books(payments=(P1, P2, replace(P2, id="p9", session="s9"))), {"wrong": 1},
    ),
    "nobody asked for a refund": (
        asked(), books(refunds=(R1, Refund("r9", "p2", 50, "posted", 1))), {"wrong": 1},
    ),
    "the wallet has another balance": (asked(), books(free=951), {"wrong": 1}),
}  # fmt: skip


@pytest.mark.parametrize("plant", PLANTS)
def test_each_planted_fault_is_counted(plant: str) -> None:
    said, there, expected = PLANTS[plant]
    assert counts(said, there) == expected


def test_what_was_refused_and_is_not_there_is_clean() -> None:
    no = Asked(PAYMENT, "s3", 70, "ann", 4.0, REFUSED, set(), 1)
    assert counts([*asked(), no], GOOD) == {}


def test_a_run_that_cannot_be_read_back_is_unknown() -> None:
    assert counts(asked(), None) == {"unknown": 3}


def test_the_log_says_what_was_asked_before_the_answer(tmp_path: Path) -> None:
    log = ClientLog(tmp_path / "client-1.log")
    log.ask(PAYMENT, "s1", 300, "ann")
    (open_one,), _ = read(tmp_path)
    assert (open_one.status, open_one.sent, open_one.amount_minor, open_one.about) == (None, 1, 300, "ann")
    log.ask(PAYMENT, "s1", 300, "ann")
    log.answer(PAYMENT, "s1", DONE, "p1")
    log.ask(PAYMENT, "s1", 300, "ann")
    log.answer(PAYMENT, "s1", REFUSED)
    log.count(answers_5xx=2)
    ClientLog(tmp_path / "client-2.log").count(answers_5xx=1, unanswered=4)
    (one,), counted = read(tmp_path)
    assert (one.status, one.sent, one.ids) == (DONE, 3, {"p1"})  # a yes is not taken back
    assert counted == {"answers_5xx": 3, "unanswered": 4}


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    log = ClientLog(tmp_path / "client-1.log")
    log.ask(REFUND, "k1", 10, "p1")
    with (tmp_path / "client-1.log").open("ab") as file:
        file.write(b'{"kind": "refund", "key": "k2", "amo')
    assert [one.key for one in read(tmp_path)[0]] == ["k1"]


def test_findings_are_what_the_audit_printed() -> None:
    assert findings(json.dumps({"clean": True, "findings": []})) == "clean"
    assert findings(json.dumps({"clean": False, "findings": [{}, {}]})) == "2 findings"
    assert findings("Traceback (most recent call last):") == "unread"


def test_only_a_run_that_paid_and_found_nothing_passes() -> None:
    good: dict[str, object] = {**CLEAN, "payments": 5, "refunds": 1, "audit": "clean"}
    assert passed(good, None)
    bad: list[dict[str, object]] = [{kind: 1} for kind in KINDS]
    bad += [{"payments": 0}, {"refunds": 0}, {"audit": "1 findings"}]
    assert [change for change in bad if passed(good | change, None)] == []
    assert not passed(good, CONTROLS["unique"])
    assert passed(good | {"duplicated": 3}, CONTROLS["unique"])
    assert not passed(good | {"lost": 3}, CONTROLS["unique"])
