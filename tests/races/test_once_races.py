"""One key, one effect: the second waits and gets the first one's answer, whatever that was."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from base.core.errors import Refused
from base.flows import once as once_module
from base.flows.once import once
from base.models import IdempotencyKey, Notice
from payments.flows.refund import refund
from tests.factories import make_one_time_code, make_person, make_shop, pay
from tests.races.threads import at_once, same, start, wait_for, waiting
from wallets.core import chart
from wallets.flows.open_account import open_account
from wallets.flows.top_up import top_up
from wallets.models import Account, TopUp

pytestmark = pytest.mark.django_db(transaction=True)


def note() -> dict[str, Any]:
    """An effect that can be counted."""
    return {"notice": Notice.objects.create(to="a@example.com", subject="s", body="b").pk}


def ask(key: str = "k", act: Any = note, **request: Any) -> dict[str, Any]:
    return once(scope="test:ann", key=key, request=request, act=act)


def test_a_second_copy_waits_and_gets_the_same_answer() -> None:
    begun, may_go_on = threading.Event(), threading.Event()

    def slow() -> dict[str, Any]:
        begun.set()
        assert may_go_on.wait(30)
        return note()

    first = start(lambda: ask(act=slow))
    assert begun.wait(30)
    second = start(lambda: ask(act=slow))
    wait_for(lambda: waiting() == 1)
    may_go_on.set()
    assert first() == second() == {"notice": str(Notice.objects.get().pk)}


def test_a_copy_that_would_wait_too_long_is_told_so_and_may_ask_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(once_module, "_CLAIM", once_module._CLAIM.replace("'2s'", "'50ms'"))
    begun, may_go_on = threading.Event(), threading.Event()

    def slow() -> dict[str, Any]:
        begun.set()
        assert may_go_on.wait(30)
        return note()

    first = start(lambda: ask(act=slow))
    assert begun.wait(30)
    assert at_once(ask) == ["still_working"]
    may_go_on.set()
    assert first() == ask()
    assert Notice.objects.count() == 1


def test_the_limit_is_two_seconds() -> None:
    def limits() -> dict[str, str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
            return dict(zip(("lock", "statement"), cursor.fetchone(), strict=True))

    assert ask(act=limits) == {"lock": "2s", "statement": "5s"}


def test_if_the_first_fails_the_second_does_it() -> None:
    def fails() -> dict[str, Any]:
        note()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(act=fails)
    assert not IdempotencyKey.objects.exists()
    assert ask() == {"notice": str(Notice.objects.get().pk)}


def test_another_request_under_a_used_key_is_refused_and_does_nothing() -> None:
    ask(amount=5)
    with pytest.raises(Refused) as no:
        ask(amount=6)
    assert (no.value.code, no.value.status) == ("key_reused", 422)
    assert ask(amount=5) == {"notice": str(Notice.objects.get().pk)}


def test_a_refusal_is_kept_and_what_it_had_written_is_not() -> None:
    def refuse() -> dict[str, Any]:
        note()
        raise Refused("too_late", "Too late.", status=410, missing_minor=5)

    for act in (refuse, note):
        with pytest.raises(Refused) as no:
            ask(act=act)
        assert (no.value.code, no.value.message, no.value.status) == ("too_late", "Too late.", 410)
        assert no.value.facts == {"missing_minor": 5}
    assert not Notice.objects.exists()
    assert IdempotencyKey.objects.get().refused


def test_a_refused_refund_keeps_its_key() -> None:
    shop = make_shop()
    payment = pay(make_one_time_code(shop, 100), make_person(funds={"EUR": 10_000}))

    def back(amount_minor: int) -> list[Any]:
        return at_once(
            lambda: refund(actor=shop.cashier, payment_id=payment.pk, key="a", amount_minor=amount_minor)
        )

    assert back(101) == back(101) == ["refund_too_large"]
    assert back(50) == ["key_reused"]
    assert IdempotencyKey.objects.get(scope=f"refund:{shop.cashier.pk}").refused
    payment.refresh_from_db()
    assert payment.state == "promised"


def test_sixteen_copies_of_a_top_up_are_one() -> None:
    ann = make_person()
    answers = at_once(*same(lambda: top_up(person_id=ann.pk, currency="EUR", amount_minor=700, key="k"), 16))
    assert answers == [TopUp.objects.get()] * 16
    assert Account.objects.get(code=f"customer:{ann.wallet.pk}:EUR").balance_minor == 700


def test_eight_threads_open_the_same_accounts_once() -> None:
    """Asked for in different orders, which must not deadlock."""
    shop = make_shop().merchant.pk
    names = [chart.tax(shop, "EUR", "DE", "VAT", f"{rate}.0000") for rate in range(1, 21)]
    answers = at_once(
        *(lambda turn=turn: open_account(names=names[turn:] + names[:turn]) for turn in range(0, 16, 2))
    )
    assert all(answer == answers[0] for answer in answers)
    assert Account.objects.filter(shard_key=shop).count() == 20


def test_accounts_are_opened_in_one_order() -> None:
    """However they are asked for: else two who open the same ones would stop each other (a deadlock)."""
    shop = make_shop().merchant.pk
    low, high = chart.payable(shop, "EUR"), chart.tips(shop, "EUR")
    with transaction.atomic():
        mine = open_account(names=[low])
        opened = start(lambda: open_account(names=[high, low]))
        wait_for(lambda: waiting() == 1)
        mine |= open_account(names=[high])
    assert opened() == mine
