"""Many payers, many taps, one balance: nobody pays twice and nobody pays what is not there.

The nine races that are run by the hundred are in tests/proofs.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from base.ids import database_now
from payments.flows.confirm import confirm
from payments.flows.expire import expire
from payments.flows.set_amount import set_amount
from payments.flows.settle import settle
from payments.models import Payment, Session
from people.models import User
from tests.factories import (
    PIN,
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    pay,
    scan,
    settle_all,
    yes_to,
)
from tests.races.threads import at_once, patient, same
from wallets.models import Account, Hold

pytestmark = pytest.mark.django_db(transaction=True)


def held(person: User) -> tuple[int, int]:
    """Balance and held amount of a person's euros."""
    row: tuple[int, int] = Account.objects.values_list("balance_minor", "held_minor").get(
        code=f"customer:{person.wallet.pk}:EUR"
    )
    return row


def tap(session: Session, person: User) -> Callable[[], str]:
    """One tap on "pay": the payment's id."""
    token = yes_to(session, person)
    act = partial(confirm, session_id=session.pk, person_id=person.pk, confirmation=token, pin=PIN)
    return patient(lambda: str(act().pk))


def confirm_once(session: Session, person: User) -> str:
    token = yes_to(session, person)
    return str(confirm(session_id=session.pk, person_id=person.pk, confirmation=token, pin=PIN).pk)


def test_two_hundred_confirms_against_a_balance_for_a_hundred() -> None:
    ann, code = make_person(funds={"EUR": 1000}), make_static_code(make_shop())
    taps = [tap(scan(code, ann, typed_minor=10), ann) for _ in range(200)]

    def worker(number: int) -> list[str]:
        return [at_once(one)[0] for one in taps[number::16]]

    answers = [answer for batch in at_once(*(partial(worker, n) for n in range(16))) for answer in batch]
    assert Counter(answers)["balance_too_low"] == 100
    assert Payment.objects.count() == len(set(answers) - {"balance_too_low"}) == 100
    assert held(ann) == (1000, 1000)
    assert settle_all() == 100
    assert held(ann) == (0, 0)


def test_two_pages_of_one_scan_are_one_payment() -> None:
    ann = make_person(funds={"EUR": 10_000})
    session = scan(make_one_time_code(make_shop(), 1190), ann)
    now = database_now()
    tokens = [yes_to(session, ann, at=now + timedelta(seconds=number)) for number in range(8)]
    act = partial(confirm, session_id=session.pk, person_id=ann.pk, pin=PIN)
    answers = at_once(*(patient(partial(act, confirmation=token)) for token in tokens))
    assert {payment.pk for payment in answers} == {Payment.objects.get().pk}


def test_the_unique_order_is_the_last_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the first look ever forgotten, the row would still refuse the second payer."""
    shop = make_shop()
    ann, bob = make_person(funds={"EUR": 10_000}), make_person(funds={"EUR": 10_000})
    code = make_one_time_code(shop, 100)
    monkeypatch.setattr("payments.flows.confirm._check_unpaid", lambda session, person_id: None)
    answers = at_once(*(partial(confirm_once, scan(code, one), one) for one in (ann, bob)))
    assert sorted(answers)[1] == "still_working"  # asked to look again, and again
    assert Payment.objects.count() == 1
    assert held(ann)[1] + held(bob)[1] == 100


def test_a_payment_that_overtook_at_the_account_counts_for_the_cap() -> None:
    ann, code = make_person(funds={"EUR": 100_000}), make_static_code(make_shop())
    now = database_now()
    for second in (3, 2, 1):
        pay(code, ann, 4000, happened_at=now + timedelta(seconds=second))
    assert at_once(lambda: pay(code, ann, 4000, happened_at=now)) == ["over_cap"]


def test_a_yes_against_the_clock() -> None:
    """Of ten scans that run out while they are confirmed each ends once: paid or expired."""
    ann, code = make_person(funds={"EUR": 10_000}), make_static_code(make_shop())
    sessions = [scan(code, ann, typed_minor=100) for _ in range(10)]
    taps = [tap(session, ann) for session in sessions]
    Session.objects.update(expires_at=database_now() + timedelta(milliseconds=80))
    *paid, one, two = at_once(*taps, *same(lambda: sum(expire() for _ in range(200)), 2))
    late = sum(answer == "session_closed" for answer in paid)
    assert Payment.objects.count() == 10 - late
    assert Counter(Session.objects.values_list("state", flat=True)) == Counter(
        {"confirmed": 10 - late, "expired": late}
    )
    assert one + two == late
    assert held(ann)[1] == 100 * (10 - late)


@pytest.mark.parametrize("turn", range(6))
def test_a_yes_against_another_amount(turn: int) -> None:
    """What is taken is what was shown, or nothing is and the new amount is told."""
    ann, code = make_person(funds={"EUR": 10_000}), make_static_code(make_shop())
    session = scan(code, ann, typed_minor=500)
    change = partial(set_amount, session_id=session.pk, typed_minor=700)
    paid, changed = at_once(tap(session, ann), change)
    if changed is None:
        assert (paid, held(ann)[1]) == ("amount_changed", 0)
    else:
        assert (changed, held(ann)[1]) == ("session_closed", 500)
        assert Payment.objects.get().sale_minor == 500
        assert settle() == 1
    assert Hold.objects.count() == Payment.objects.count()
