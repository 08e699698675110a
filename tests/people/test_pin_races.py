"""Many tries at once, with real threads on a real database."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import F

from base.core.errors import Refused
from base.models import Notice
from people.flows.ask_pin_reset import ask_pin_reset
from people.flows.check_pin import check_pin
from people.flows.reset_pin import reset_pin
from people.flows.set_pin import set_pin
from people.models import Pin, PinReset, User
from people.queries import pin_state
from tests.people.conftest import PIN, WAITED, WRONG, asked

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(threads: int, act: Callable[[int], object]) -> Counter[str]:
    """Start `act` in all threads at the same moment; count how each ended ("ok" or a refusal's code)."""
    gate = threading.Barrier(threads)

    def run(number: int) -> str:
        try:
            gate.wait()
            act(number)
        except Refused as no:
            return no.code
        finally:
            connection.close()
        return "ok"

    with ThreadPoolExecutor(threads) as pool:
        return Counter(pool.map(run, range(threads)))


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Every comparison made, and whether it was right."""
    seen: list[bool] = []

    def compare(one: bytes, other: bytes) -> bool:
        seen.append(one == other)
        return one == other

    monkeypatch.setattr("people.flows.check_pin.same_mac", compare)
    return seen


def test_of_fifty_wrong_ones_at_once_five_are_compared(payer: User, compared: list[bool]) -> None:
    ends = at_once(50, lambda _: check_pin(person_id=payer.pk, pin=WRONG))
    assert compared == [False] * 5
    assert ends == {"pin_wrong": 4, "pin_blocked": 46}
    assert pin_state(payer.pk) == "blocked"
    assert Notice.objects.count() == 1


def test_control_a_count_after_the_comparison_lets_more_through(payer: User) -> None:
    """The same race against the obvious, wrong way: look, compare, then count."""
    seen: list[int] = []
    looked = threading.Barrier(20)

    def naive(number: int) -> None:
        row = Pin.objects.get(person=payer)
        looked.wait()
        if row.wrong_tries < 5:
            seen.append(number)
            Pin.objects.filter(person=payer, wrong_tries__lt=5).update(wrong_tries=F("wrong_tries") + 1)

    at_once(20, naive)
    assert len(seen) > 5


def test_sixteen_threads_of_right_ones_never_block(payer: User, compared: list[bool]) -> None:
    def ten_times(_: int) -> None:
        for _ in range(10):
            check_pin(person_id=payer.pk, pin=PIN)

    assert at_once(16, ten_times) == {"ok": 16}
    assert compared == [True] * 160
    assert Pin.objects.get(person=payer).wrong_tries == 0
    assert pin_state(payer.pk) == "set"


def test_right_ones_among_many_wrong_ones_pass_or_find_it_blocked(payer: User, compared: list[bool]) -> None:
    def one(number: int) -> None:
        check_pin(person_id=payer.pk, pin=PIN if number % 8 == 0 else WRONG)

    ends = at_once(32, one)
    # Each right one may begin the count anew; between two of them no more than five wrong ones are compared.
    assert compared.count(False) <= 5 * (ends["ok"] + 1)
    assert ends["ok"] + ends["pin_blocked"] + ends["pin_wrong"] == 32
    assert pin_state(payer.pk) == "blocked"


def test_of_two_first_pins_at_once_one_is_set(person: User) -> None:
    ends = at_once(8, lambda number: set_pin(person_id=person.pk, pin=f"24681{number}"))
    assert ends == {"ok": 1, "pin_is_set": 7}
    assert Pin.objects.filter(person=person).count() == 1


def test_of_many_asks_at_once_one_wish_is_open(payer: User) -> None:
    ends = at_once(8, lambda _: ask_pin_reset(person_id=payer.pk))
    assert ends == {"ok": 5, "reset_too_often": 3}
    assert PinReset.objects.filter(person=payer, ended_at=None).count() == 1


def test_a_link_used_many_times_at_once_sets_one_pin(payer: User) -> None:
    token = asked(payer, ago=WAITED)
    ends = at_once(8, lambda number: reset_pin(token=token, pin=f"97531{number}"))
    assert ends == {"ok": 1, "reset_over": 7}
    passed = [number for number in range(8) if _opens(payer, f"97531{number}")]
    assert len(passed) == 1


def _opens(payer: User, pin: str) -> bool:
    Pin.objects.filter(person=payer).update(wrong_tries=0, blocked_at=None)
    try:
        check_pin(person_id=payer.pk, pin=pin)
    except Refused:
        return False
    return True
