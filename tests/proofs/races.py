"""The nine races of T5: what is done at once, and what must have come of it.

Each race is a function that sets one trial up. Whoever loses is refused in words; whoever wins, wins once.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from base.ids import database_now
from merchants.models import QrCode
from payments.flows.cancel_session import cancel_session
from payments.flows.confirm import confirm
from payments.flows.expire import expire
from payments.flows.refund import refund
from payments.flows.settle import settle
from payments.models import Payment, Session
from people.models import User
from tests.factories import (
    PIN,
    Shop,
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    pay,
    settle_all,
    yes_to,
)
from tests.races.threads import patient, same
from wallets.flows.top_up import top_up
from wallets.models import Account

Act = Callable[[], Any]
LIFE = timedelta(minutes=15)
OF_A_YES = 4  # statements: the look, the try of the PIN, the write, and a look at who won


@dataclass
class Trial:
    """judge: fails where the answers, or what stands in the books, are not those of one winner.

    statements: about how many the winner runs, in one of which a process may die.
    """

    acts: list[Act]
    judge: Callable[[list[Any]], None]
    statements: int = 24


class Scene:
    """A shop with a printed code and money of its own, and two payers who have enough."""

    def __init__(self) -> None:
        self.shop: Shop = make_shop()
        self.printed: QrCode = make_static_code(self.shop)
        self.ann, self.bob = (make_person(funds={"EUR": 1_000_00}) for _ in range(2))
        pay(make_one_time_code(self.shop, 500_00), make_person(funds={"EUR": 1_000_00}))
        settle_all()

    def scans(self, code: QrCode, person: User, times: int, typed: int | None = None) -> list[Session]:
        now = database_now()
        return Session.objects.bulk_create(
            Session(
                code=code,
                merchant=self.shop.merchant,
                person=person,
                typed_minor=typed,
                expires_at=now + LIFE,
            )
            for _ in range(times)
        )

    def taps(self, scans: list[Session], person: User) -> list[Act]:
        now = database_now()
        return [tap(scan, person, now) for scan in scans]

    def back(self, payment: UUID, key: str, amount_minor: int | None = None) -> Act:
        return partial(
            refund, actor=self.shop.cashier, payment_id=payment, key=key, amount_minor=amount_minor
        )


def tap(scan: Session, person: User, now: datetime) -> Act:
    """One tap on "pay": the payment's id."""
    token = yes_to(scan, person, at=now)
    act = partial(confirm, session_id=scan.pk, person_id=person.pk, confirmation=token, pin=PIN)
    return patient(lambda: act().pk)


def euros(person: User) -> tuple[int, int]:
    """Balance and held."""
    row: tuple[int, int] = Account.objects.values_list("balance_minor", "held_minor").get(
        code=f"customer:{person.wallet.pk}:EUR"
    )
    return row


def one_key(scene: Scene, turn: int) -> Trial:
    """Fifty copies of one request: a confirm, a refund, a top-up in turn. Fifty equal answers, one effect."""
    ann = make_person(funds={"EUR": 10_00})
    code = make_one_time_code(scene.shop, 100)
    if turn % 3 == 0:
        act, after = scene.taps(scene.scans(code, ann, 1), ann)[0], (1000, 100)
    elif turn % 3 == 1:
        refunded = scene.back(pay(code, ann).pk, f"once {turn} {code.pk}", 60)
        act, after = lambda: refunded().pk, (960, 0)
    else:
        more = partial(top_up, person_id=ann.pk, currency="EUR", amount_minor=700, key="once")
        act, after = lambda: more().pk, (1700, 0)

    def judge(answers: list[Any]) -> None:
        assert len(set(answers)) == 1 and isinstance(answers[0], UUID), Counter(answers)
        assert euros(ann) == after

    return Trial(list(same(act, 50)), judge)


def last_balance(scene: Scene, turn: int) -> Trial:
    """Twenty sessions want sixty out of a hundred."""
    ann = make_person(funds={"EUR": 100})

    def judge(answers: list[Any]) -> None:
        assert answers.count("balance_too_low") == 19, Counter(answers)
        assert euros(ann) == (100, 60)
        assert Payment.objects.filter(person=ann).count() == 1

    return Trial(scene.taps(scene.scans(scene.printed, ann, 20, 60), ann), judge, OF_A_YES)


def refunds(scene: Scene, turn: int, back: Callable[[Payment, str], Act] | None = None) -> Trial:
    """Twenty refunds of sixty out of a hundred; the shop could pay more."""
    payment = pay(make_one_time_code(scene.shop, 100), make_person(funds={"EUR": 100}))
    settle_all()
    back = back or (lambda payment, key: scene.back(payment.pk, key, 60))

    def judge(answers: list[Any]) -> None:
        assert answers.count("refund_too_large") == 19, Counter(answers)
        payment.refresh_from_db()
        assert payment.refunded_minor == 60
        assert sum(payment.refunds.values_list("amount_minor", flat=True)) == 60

    return Trial([back(payment, f"{payment.pk} {number}") for number in range(20)], judge)


def yes_against_no(scene: Scene, turn: int) -> Trial:
    """Confirm and cancel of one scan."""
    ann = make_person(funds={"EUR": 500})
    (scan,) = scene.scans(scene.printed, ann, 1, 500)

    def judge(answers: list[Any]) -> None:
        scan.refresh_from_db()
        paid = scan.state == "confirmed"
        assert paid or answers[0] == "session_closed"
        assert scan.state in {"confirmed", "cancelled"}
        assert euros(ann) == (500, 500 * paid)

    return Trial([*scene.taps([scan], ann), lambda: cancel_session(session_id=scan.pk)], judge, OF_A_YES)


def yes_against_the_clock(scene: Scene, turn: int) -> Trial:
    """Confirm of a scan that runs out in this moment, and the sweeper."""
    ann = make_person(funds={"EUR": 500})
    (scan,) = scene.scans(scene.printed, ann, 1, 500)
    taps = scene.taps([scan], ann)
    Session.objects.filter(pk=scan.pk).update(
        expires_at=database_now() + timedelta(milliseconds=10 + turn % 30)
    )

    def sweep() -> int:
        swept = 0
        while Session.objects.filter(pk=scan.pk, state="open").exists():
            swept += expire()
        return swept

    def judge(answers: list[Any]) -> None:
        scan.refresh_from_db()
        paid = scan.state == "confirmed"
        assert paid or answers[0] == "session_closed"
        assert scan.state in {"confirmed", "expired"}
        assert euros(ann) == (500, 500 * paid)

    return Trial([*taps, sweep], judge, OF_A_YES)


def refund_against_settle(scene: Scene, turn: int) -> Trial:
    """A refund of a payment that is being settled: both happen, in this order, once."""
    ann = make_person(funds={"EUR": 500})
    payment = pay(make_one_time_code(scene.shop, 500), ann)

    def judge(answers: list[Any]) -> None:
        payment.refresh_from_db()
        assert (payment.state, payment.refunded_minor) == ("settled", 500)
        assert list(payment.receipts.order_by("number").values_list("kind", flat=True)) == ["sale", "refund"]
        assert euros(ann) == (500, 0)

    return Trial([settle, scene.back(payment.pk, f"{payment.pk}")], judge)


def day_cap(scene: Scene, turn: int) -> Trial:
    """Twenty times forty euros by a printed code; a day allows a hundred and fifty."""
    ann = make_person(funds={"EUR": 1_000_00})

    def judge(answers: list[Any]) -> None:
        assert answers.count("over_cap") == 17, Counter(answers)
        assert euros(ann) == (1_000_00, 120_00)

    return Trial(scene.taps(scene.scans(scene.printed, ann, 20, 40_00), ann), judge, OF_A_YES)


def two_payers(scene: Scene, turn: int) -> Trial:
    """Ann and Bob for one order."""
    code, before = make_one_time_code(scene.shop, 100), (euros(scene.ann)[1], euros(scene.bob)[1])

    def judge(answers: list[Any]) -> None:
        paid = Payment.objects.get(one_time_code=code)
        assert sorted(answers, key=str) == sorted([paid.pk, "already_paid"], key=str)
        held = (euros(scene.ann)[1] - before[0], euros(scene.bob)[1] - before[1])
        assert sorted(held) == [0, 100]

    acts = [scene.taps(scene.scans(code, person, 1), person)[0] for person in (scene.ann, scene.bob)]
    return Trial(acts, judge, OF_A_YES)


def settlers(scene: Scene, turn: int) -> Trial:
    """Four workers on the same four payments."""
    settle_all()
    ann = make_person(funds={"EUR": 1_000})
    made = [pay(make_one_time_code(scene.shop, 100), ann).pk for _ in range(4)]

    def work() -> int:
        done = 0
        while settled := settle(limit=2):
            done += settled
        return done

    def judge(answers: list[Any]) -> None:
        settle_all()  # a worker that died has left its batch to the next
        assert list(Payment.objects.filter(pk__in=made).values_list("state", flat=True)) == ["settled"] * 4
        assert euros(ann) == (600, 0)

    return Trial(list(same(work, 4)), judge, statements=4)


RACES: dict[str, Callable[[Scene, int], Trial]] = {
    race.__name__: race
    for race in (
        one_key,
        last_balance,
        refunds,
        yes_against_no,
        yes_against_the_clock,
        refund_against_settle,
        day_cap,
        two_payers,
        settlers,
    )
}
