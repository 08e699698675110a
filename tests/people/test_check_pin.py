"""The count of wrong tries: committed before the comparison, five at most, then a block."""

import pytest
from django.conf import LazySettings
from django.db import transaction

from base.core.errors import Refused
from base.models import AuditLine, Notice
from people.flows.check_pin import check_pin
from people.models import MAX_WRONG_TRIES, Pin, User
from people.queries import pin_state
from tests.people.conftest import PIN, WRONG

pytestmark = pytest.mark.django_db


def refusal(person: User, pin: str) -> Refused:
    with pytest.raises(Refused) as no:
        check_pin(person_id=person.pk, pin=pin)
    return no.value


def tries(person: User) -> int:
    return Pin.objects.get(person=person).wrong_tries


def test_the_right_pin_passes_and_leaves_no_trace(payer: User) -> None:
    check_pin(person_id=payer.pk, pin=PIN)
    assert tries(payer) == 0


def test_wrong_ones_are_counted_down(payer: User) -> None:
    for left in (4, 3, 2, 1):
        no = refusal(payer, WRONG)
        assert (no.code, no.status, no.facts) == ("pin_wrong", 403, {"tries_left": left})
        assert f"{left} tr" in no.message
    assert tries(payer) == 4
    assert Notice.objects.count() == 0


def test_a_right_one_begins_the_count_anew(payer: User) -> None:
    for _ in range(4):
        refusal(payer, WRONG)
    check_pin(person_id=payer.pk, pin=PIN)
    assert refusal(payer, WRONG).facts == {"tries_left": 4}


def test_the_fifth_wrong_one_blocks_and_tells_the_owner_once(payer: User) -> None:
    codes = [refusal(payer, WRONG).code for _ in range(MAX_WRONG_TRIES + 2)]
    assert codes == ["pin_wrong"] * 4 + ["pin_blocked"] * 3
    assert pin_state(payer.pk) == "blocked"
    assert [(mail.to, mail.subject) for mail in Notice.objects.all()] == [
        (payer.email, "Your PIN is blocked")
    ]
    assert AuditLine.objects.filter(action="pin.blocked", subject=payer.pk, actor=payer).count() == 1


def test_a_blocked_pin_is_no_use_though_right(payer: User) -> None:
    for _ in range(MAX_WRONG_TRIES):
        refusal(payer, WRONG)
    no = refusal(payer, PIN)
    assert (no.code, no.status) == ("pin_blocked", 403)
    assert pin_state(payer.pk) == "blocked"


def test_whoever_has_no_pin_is_told_so(person: User) -> None:
    no = refusal(person, PIN)
    assert (no.code, no.status) == ("pin_missing", 409)


def test_what_is_no_pin_is_not_a_try(payer: User) -> None:
    assert refusal(payer, "24681").code == "pin_malformed"
    assert tries(payer) == 0


def test_one_person_s_tries_are_not_another_s(payer: User, other: User) -> None:
    Pin.objects.create(person=other, key_id=1, salt=bytes(16), mac=bytes(32))
    refusal(other, WRONG)
    assert tries(payer) == 0


def test_a_value_copied_to_another_person_opens_nothing(payer: User, other: User) -> None:
    row = Pin.objects.get(person=payer)
    Pin.objects.create(person=other, key_id=row.key_id, salt=row.salt, mac=row.mac)
    assert refusal(other, PIN).code == "pin_wrong"


def test_a_full_count_that_nobody_empties_is_closed(payer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    # As five processes leave it that die between counting and comparing.
    monkeypatch.setattr("people.flows.check_pin.WAIT_SECONDS", 0.03)
    Pin.objects.filter(person=payer).update(wrong_tries=MAX_WRONG_TRIES)
    assert refusal(payer, PIN).code == "pin_blocked"


def test_a_right_one_moves_the_value_under_the_new_pepper(payer: User, settings: LazySettings) -> None:
    settings.PIN_PEPPERS = {2: b"2" * 32, **settings.PIN_PEPPERS}
    refusal(payer, WRONG)
    assert Pin.objects.get(person=payer).key_id == 1
    check_pin(person_id=payer.pk, pin=PIN)
    assert Pin.objects.get(person=payer).key_id == 2
    settings.PIN_PEPPERS = {2: b"2" * 32}
    check_pin(person_id=payer.pk, pin=PIN)
    assert refusal(payer, WRONG).code == "pin_wrong"


def test_a_pin_changed_in_flight_is_not_forgiven_by_the_old_one(
    payer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(one: bytes, other: bytes) -> bool:
        Pin.objects.filter(person=payer).update(salt=b"n" * 16, mac=b"n" * 32)
        return one == other

    monkeypatch.setattr("people.flows.check_pin.same_mac", meanwhile)
    assert refusal(payer, PIN).code == "pin_blocked"
    assert bytes(Pin.objects.get(person=payer).mac) == b"n" * 32


def test_the_count_stays_right_when_a_right_one_came_in_between(
    payer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The fifth try is counted, a right one empties the count, and only then the fifth turns out wrong.
    Pin.objects.filter(person=payer).update(wrong_tries=4)

    def emptied(one: bytes, other: bytes) -> bool:
        Pin.objects.filter(person=payer).update(wrong_tries=0)
        return False

    monkeypatch.setattr("people.flows.check_pin.same_mac", emptied)
    no = refusal(payer, WRONG)
    assert (no.code, no.facts) == ("pin_wrong", {"tries_left": 5})
    assert pin_state(payer.pk) == "set"


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_work_inside_a_transaction(payer: User) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        check_pin(person_id=payer.pk, pin=WRONG)
    assert tries(payer) == 0


@pytest.mark.django_db(transaction=True)
def test_a_try_is_spent_before_it_is_compared(payer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(one: bytes, other: bytes) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("people.flows.check_pin.same_mac", dies)
    with pytest.raises(KeyboardInterrupt):
        check_pin(person_id=payer.pk, pin=PIN)
    assert tries(payer) == 1
