"""Sends, asks, withdrawals and reversals at once: each happens once, and nobody loses a cent."""

from collections import Counter
from functools import partial
from typing import Any

import pytest

from tests.factories import balance, make_person
from tests.races.threads import at_once, patient, same
from tests.wallets.orders import asks, pays, reverses, sends, withdraws
from wallets.flows.end_ask import end_ask
from wallets.flows.move_withdrawals import move_withdrawals
from wallets.models import Ask, Journal, TopUp, Transfer, Withdrawal

pytestmark = pytest.mark.django_db(transaction=True)


def own(person: Any) -> int:
    return balance(f"customer:{person.wallet.pk}:EUR")


def done(act: Any) -> Any:
    """The same act, patient with a PIN in use, its answer as a word."""
    patiently = patient(act)

    def tried() -> str:
        patiently()
        return "done"

    return tried


def test_two_payers_of_one_ask_twenty_times() -> None:
    ann, cy = make_person(funds={"EUR": 10_000}), make_person(funds={"EUR": 10_000})
    ben = make_person(name="Ben")
    for _ in range(20):
        asked = asks(ben, 100)
        answers = at_once(done(partial(pays, ann, asked)), done(partial(pays, cy, asked)))
        assert sorted(answers) == ["ask_ended", "done"]
    assert own(ben) == 2_000
    assert own(ann) + own(cy) == 18_000


def test_paying_against_calling_off() -> None:
    ann, ben = make_person(funds={"EUR": 10_000}), make_person(name="Ben")
    for _ in range(10):
        asked, before = asks(ben, 100), own(ann)
        paid, state = at_once(
            done(partial(pays, ann, asked)), partial(end_ask, person_id=ben.pk, token=asked.token)
        )
        ended = Ask.objects.get(pk=asked.pk).state
        assert (paid, ended, own(ann)) in {
            ("done", "paid", before - 100),
            ("ask_ended", "cancelled", before),
        }
        assert state == ended


def test_two_who_send_to_each_other_never_lock_each_other_out() -> None:
    ann, ben = (make_person(name=name, funds={"EUR": 10_000}) for name in ("Ann", "Ben"))
    acts = [done(partial(sends, *pair, 100)) for pair in ((ann, ben), (ben, ann)) for _ in range(8)]
    assert Counter(at_once(*acts)) == {"done": 16}
    assert (own(ann), own(ben)) == (10_000, 10_000)


def test_twenty_for_the_last_of_the_balance() -> None:
    ann, ben = make_person(funds={"EUR": 100}), make_person(name="Ben")
    sends(ann, ben, 1)
    acts = [done(partial(sends, ann, ben, 60)) for _ in range(10)]
    acts += [done(partial(withdraws, ann, 60)) for _ in range(10)]
    assert Counter(at_once(*acts)) == {"done": 1, "balance_too_low": 19}
    assert own(ann) == 39


def test_one_key_sent_twenty_times_is_one_send() -> None:
    ann, ben = make_person(funds={"EUR": 10_000}), make_person(name="Ben")
    assert at_once(*same(done(partial(sends, ann, ben, 100, key="k")), 20)) == ["done"] * 20
    assert (Transfer.objects.count(), own(ann)) == (1, 9_900)


def test_two_scans_of_the_same_withdrawals() -> None:
    ann = make_person(funds={"EUR": 10_000})
    for _ in range(10):
        withdraws(ann, 100)
    assert sum(at_once(*same(move_withdrawals, 4))) == 10
    assert set(Withdrawal.objects.values_list("state", flat=True)) == {"paid"}
    assert Journal.objects.filter(kind="withdrawal_paid").count() == 10
    assert balance("platform:EUR:transit:sandbox") == 0


def test_ten_operators_reverse_one_top_up() -> None:
    ann = make_person(funds={"EUR": 10_000})
    make_person(funds={"EUR": 90_000})
    reference = f"top_up:{TopUp.objects.get(wallet__owner=ann).pk}"
    operators = [make_person(pin=None, is_staff=True) for _ in range(10)]
    answers = at_once(*(done(partial(reverses, one, reference)) for one in operators))
    assert Counter(answers) == {"done": 1, "already_reversed": 9}
    assert own(ann) == 0
