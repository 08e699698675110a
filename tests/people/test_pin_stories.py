"""Setting, changing and resetting a PIN."""

from datetime import timedelta

import pytest
from django.conf import LazySettings

from base.core.errors import Refused
from base.models import AuditLine, Notice
from people.core.reset import ASKS_A_DAY
from people.flows import change_pin as change_story
from people.flows.ask_pin_reset import ask_pin_reset
from people.flows.change_pin import change_pin
from people.flows.check_pin import check_pin
from people.flows.reset_pin import reset_pin
from people.flows.set_pin import set_pin
from people.flows.stop_pin_reset import stop_pin_reset
from people.models import MAX_WRONG_TRIES, Pin, PinReset, User
from people.queries import open_reset, pin_state
from tests.people.conftest import PIN, WAITED, WRONG, asked, newest_token

pytestmark = pytest.mark.django_db
NEW = "975310"


def block(person: User) -> None:
    for _ in range(MAX_WRONG_TRIES):
        with pytest.raises(Refused):
            check_pin(person_id=person.pk, pin=WRONG)


def actions(person: User) -> list[str]:
    return list(
        AuditLine.objects.filter(subject=person.pk)
        .order_by("created_at", "id")
        .values_list("action", flat=True)
    )


# --- set and change ---------------------------------------------------------------------------


def test_the_first_pin_is_stored_as_a_value_and_never_as_digits(payer: User) -> None:
    row = Pin.objects.get(person=payer)
    assert (row.key_id, len(row.salt), len(row.mac), row.wrong_tries) == (1, 16, 32, 0)
    assert PIN.encode() not in bytes(row.salt) + bytes(row.mac)
    assert pin_state(payer.pk) == "set"
    assert actions(payer) == ["pin.set"]


def test_a_second_first_pin_is_refused(payer: User) -> None:
    with pytest.raises(Refused) as no:
        set_pin(person_id=payer.pk, pin=NEW)
    assert (no.value.code, no.value.status) == ("pin_is_set", 409)
    check_pin(person_id=payer.pk, pin=PIN)


def test_an_easy_pin_is_nowhere_taken(person: User) -> None:
    with pytest.raises(Refused) as no:
        set_pin(person_id=person.pk, pin="123456")
    assert no.value.code == "pin_too_easy"
    assert pin_state(person.pk) == "none"


def test_a_pin_is_changed_by_the_old_one_and_the_owner_is_told(payer: User) -> None:
    change_pin(person_id=payer.pk, current=PIN, pin=NEW)
    check_pin(person_id=payer.pk, pin=NEW)
    with pytest.raises(Refused):
        check_pin(person_id=payer.pk, pin=PIN)
    assert actions(payer) == ["pin.set", "pin.changed"]
    assert Notice.objects.get().subject == "Your PIN was changed"


def test_a_change_with_a_wrong_pin_is_a_counted_try(payer: User) -> None:
    with pytest.raises(Refused) as no:
        change_pin(person_id=payer.pk, current=WRONG, pin=NEW)
    assert (no.value.code, no.value.facts) == ("pin_wrong", {"tries_left": 4})
    check_pin(person_id=payer.pk, pin=PIN)


def test_a_change_does_not_undo_a_reset_that_came_in_between(
    payer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = asked(payer, ago=WAITED)

    def passes_then_reset(*, person_id: object, pin: str) -> None:
        reset_pin(token=token, pin=NEW)

    monkeypatch.setattr(change_story, "check_pin", passes_then_reset)
    with pytest.raises(Refused) as no:
        change_pin(person_id=payer.pk, current=PIN, pin="864209")
    assert no.value.code == "pin_changed"
    check_pin(person_id=payer.pk, pin=NEW)


def test_nobody_without_a_pin_changes_one(person: User) -> None:
    with pytest.raises(Refused) as no:
        change_pin(person_id=person.pk, current=PIN, pin=NEW)
    assert no.value.code == "pin_missing"


# --- reset --------------------------------------------------------------------------------------


def test_a_link_is_mailed_and_only_its_hash_is_kept(payer: User) -> None:
    ask_pin_reset(person_id=payer.pk)
    mail, token, row = Notice.objects.get(), newest_token(payer), PinReset.objects.get()
    assert mail.to == payer.email
    assert f"http://127.0.0.1:8000/pin/reset/{token}/stop/" in mail.body
    assert f"{row.ready_at:%H:%M} UTC" in mail.body
    assert token.encode() not in bytes(row.token_sha256)
    assert row.ready_at - row.created_at >= timedelta(seconds=59)
    assert row.expires_at - row.ready_at == timedelta(hours=24)
    assert actions(payer)[-1] == "pin.reset_asked"


def test_a_link_waits_its_time(payer: User, settings: LazySettings) -> None:
    settings.PIN_RESET_WAIT = timedelta(hours=1)
    token = asked(payer, ago=timedelta(minutes=59))
    with pytest.raises(Refused) as no:
        reset_pin(token=token, pin=NEW)
    assert (no.value.code, no.value.status) == ("reset_too_early", 409)
    assert no.value.facts["ready_at"] == PinReset.objects.get().ready_at.isoformat()
    check_pin(person_id=payer.pk, pin=PIN)


def test_a_reset_ends_the_block_and_tells_the_owner(payer: User) -> None:
    block(payer)
    reset_pin(token=asked(payer, ago=WAITED), pin=NEW)
    assert pin_state(payer.pk) == "set"
    check_pin(person_id=payer.pk, pin=NEW)
    assert actions(payer)[-1] == "pin.reset"
    assert Notice.objects.filter(subject="Your PIN was set anew").count() == 1


def test_a_link_works_once(payer: User) -> None:
    token = asked(payer, ago=WAITED)
    reset_pin(token=token, pin=NEW)
    with pytest.raises(Refused) as no:
        reset_pin(token=token, pin="864209")
    assert (no.value.code, no.value.status) == ("reset_over", 410)
    check_pin(person_id=payer.pk, pin=NEW)


def test_an_easy_pin_does_not_use_the_link_up(payer: User) -> None:
    token = asked(payer, ago=WAITED)
    with pytest.raises(Refused) as no:
        reset_pin(token=token, pin="111111")
    assert no.value.code == "pin_too_easy"
    reset_pin(token=token, pin=NEW)
    check_pin(person_id=payer.pk, pin=NEW)


def test_a_link_of_the_day_before_yesterday_is_too_old(payer: User) -> None:
    token = asked(payer, ago=timedelta(hours=26))
    with pytest.raises(Refused) as no:
        reset_pin(token=token, pin=NEW)
    assert no.value.code == "reset_over"


def test_a_newer_link_ends_the_older(payer: User) -> None:
    old = asked(payer, ago=WAITED)
    new = asked(payer, ago=WAITED)
    with pytest.raises(Refused) as no:
        reset_pin(token=old, pin=NEW)
    assert no.value.code == "reset_over"
    reset_pin(token=new, pin=NEW)
    check_pin(person_id=payer.pk, pin=NEW)


def test_a_stopped_link_is_dead_and_the_pin_as_it_was(payer: User) -> None:
    token = asked(payer, ago=WAITED)
    stop_pin_reset(token=token)
    assert open_reset(payer.pk) is None
    with pytest.raises(Refused) as no:
        reset_pin(token=token, pin=NEW)
    assert no.value.code == "reset_over"
    with pytest.raises(Refused) as no:
        stop_pin_reset(token=token)
    assert (no.value.code, no.value.status) == ("reset_over", 410)
    check_pin(person_id=payer.pk, pin=PIN)
    assert actions(payer)[-1] == "pin.reset_stopped"


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "\u0663" * 43])
def test_a_token_that_never_was_does_nothing(payer: User, token: str) -> None:
    for act in (lambda: reset_pin(token=token, pin=NEW), lambda: stop_pin_reset(token=token)):
        with pytest.raises(Refused) as no:
            act()
        assert (no.value.code, no.value.status) == ("reset_unknown", 404)


def test_whoever_has_no_pin_needs_no_link(person: User) -> None:
    with pytest.raises(Refused) as no:
        ask_pin_reset(person_id=person.pk)
    assert no.value.code == "pin_missing"
    assert Notice.objects.count() == 0


def test_asking_is_limited_to_a_few_times_a_day(payer: User) -> None:
    for _ in range(ASKS_A_DAY):
        token = asked(payer)
    with pytest.raises(Refused) as no:
        ask_pin_reset(person_id=payer.pk)
    assert (no.value.code, no.value.status) == ("reset_too_often", 429)
    assert Notice.objects.count() == ASKS_A_DAY
    assert newest_token(payer) == token  # the newest link still stands
    assert open_reset(payer.pk) is not None
    PinReset.objects.update(created_at=PinReset.objects.earliest("created_at").created_at - timedelta(days=1))
    ask_pin_reset(person_id=payer.pk)
    assert Notice.objects.count() == ASKS_A_DAY + 1
