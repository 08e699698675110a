"""What happens between the look and the write of a confirm counts: the write compares, and looks again."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from base.core.errors import Refused
from base.flows.once import fingerprint_of
from base.ids import database_now
from base.models import Event, IdempotencyKey
from merchants.flows.retire_qr import retire_qr
from merchants.models import Merchant
from payments.flows import confirm as flow
from payments.flows.cancel_session import cancel_session
from payments.flows.confirm import confirm
from payments.flows.set_amount import set_amount
from payments.models import Due, Payment, SaleLine, Session
from people.flows.check_pin import RightPin, right_pin
from people.models import Pin, User
from tests.factories import (
    PIN,
    Shop,
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    scan,
    yes_to,
)
from wallets.models import Account, Hold, Spending, Wallet

pytestmark = pytest.mark.django_db
WRONG = "999998"
Between = Callable[[Callable[[], object]], None]


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def ann() -> User:
    return make_person(funds={"EUR": 10_000})


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Between:
    """Do something once, after the next confirm has looked and its PIN was right, before it writes."""

    def arrange(act: Callable[[], object]) -> None:
        acts = [act]

        def checked(**said: Any) -> RightPin:
            right = right_pin(**said)
            if acts:
                acts.pop()()
            return right

        monkeypatch.setattr(flow, "right_pin", checked)

    return arrange


def say_yes(session: Session, person: User, **other: Any) -> Payment:
    said: dict[str, Any] = {
        "session_id": session.pk,
        "person_id": person.pk,
        "confirmation": yes_to(session, person),
        "pin": PIN,
    }
    return confirm(**(said | other))


def confirmed_into(made: list[Payment], session: Session, person: User) -> None:
    made.append(say_yes(session, person))


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as no:
        act()
    return no.value.code


def nothing_but_the_answer(person: User) -> bool:
    """No row of a payment, nothing held or counted, and the right PIN is forgiven."""
    rows = (Payment, SaleLine, Due, Hold, Spending)
    told = Event.objects.filter(kind="payment.promised").exists()
    held = Account.objects.filter(held_minor__gt=0).exists()
    return not (told or held or any(model.objects.exists() for model in rows)) and tries(person) == 0


def tries(person: User) -> int:
    return Pin.objects.get(person=person).wrong_tries


def test_another_amount(shop: Shop, ann: User, between: Between) -> None:
    session = scan(make_static_code(shop), ann, typed_minor=500)
    between(lambda: set_amount(session_id=session.pk, typed_minor=700))
    assert code_of(lambda: say_yes(session, ann)) == "amount_changed"
    assert nothing_but_the_answer(ann)


def test_the_same_amount_again_is_another_page(shop: Shop, ann: User, between: Between) -> None:
    session = scan(make_static_code(shop), ann, typed_minor=500)

    def twice() -> None:
        for amount in (700, 500):
            set_amount(session_id=session.pk, typed_minor=amount)

    between(twice)
    assert code_of(lambda: say_yes(session, ann)) == "amount_changed"
    assert nothing_but_the_answer(ann)


def test_a_scan_that_was_given_up(shop: Shop, ann: User, between: Between) -> None:
    session = scan(make_static_code(shop), ann, typed_minor=500)
    between(lambda: cancel_session(session_id=session.pk))
    assert code_of(lambda: say_yes(session, ann)) == "session_closed"
    assert nothing_but_the_answer(ann)


def test_an_order_that_was_called_off(shop: Shop, ann: User, between: Between) -> None:
    code = make_one_time_code(shop, 500)
    session = scan(code, ann)
    between(lambda: retire_qr(actor_id=shop.cashier.pk, code_id=code.pk))
    assert code_of(lambda: say_yes(session, ann)) == "code_retired"
    assert nothing_but_the_answer(ann)


def test_the_same_scan_confirmed_by_another_page(shop: Shop, ann: User, between: Between) -> None:
    for code in (make_one_time_code(shop, 500), make_static_code(shop)):
        session = scan(code, ann, typed_minor=None if code.lines else 500)
        first: list[Payment] = []
        later = yes_to(session, ann, at=database_now())
        between(partial(confirmed_into, first, session, ann))
        assert say_yes(session, ann, confirmation=later) == first[0]
    assert Payment.objects.count() == Hold.objects.count() == 2
    assert tries(ann) == 0


def test_an_order_paid_by_another(shop: Shop, ann: User, between: Between) -> None:
    bob, code = make_person(funds={"EUR": 10_000}), make_one_time_code(shop, 500)
    mine, theirs = scan(code, ann), scan(code, bob)
    between(lambda: say_yes(theirs, bob))
    assert code_of(lambda: say_yes(mine, ann)) == "already_paid"
    assert Payment.objects.get().person == bob
    assert tries(ann) == tries(bob) == 0


def test_the_same_request_answered_meanwhile(shop: Shop, ann: User, between: Between) -> None:
    """The copy was refused, and that is the answer of this key, whatever has changed since."""
    session = scan(make_static_code(shop), ann, typed_minor=500)
    token = yes_to(session, ann)
    asked = flow._Asked(session.pk, ann.pk, token, None)

    def refused_copy() -> None:
        IdempotencyKey.objects.create(
            **asked.key,
            fingerprint=fingerprint_of(asked.request),
            refused=True,
            answer={"code": "balance_too_low", "message": "no", "status": 409, "facts": {"missing_minor": 1}},
        )

    between(refused_copy)
    assert code_of(lambda: say_yes(session, ann, confirmation=token)) == "balance_too_low"
    assert nothing_but_the_answer(ann)


def test_a_printed_code_that_was_retired(shop: Shop, ann: User, between: Between) -> None:
    code = make_static_code(shop)
    session = scan(code, ann, typed_minor=500)
    between(lambda: retire_qr(actor_id=shop.owner.pk, code_id=code.pk))
    assert code_of(lambda: say_yes(session, ann)) == "code_retired"
    assert nothing_but_the_answer(ann)


def test_a_shop_that_was_stopped_or_rejected(shop: Shop, ann: User, between: Between) -> None:
    for change in ({"frozen_at": database_now()}, {"frozen_at": None, "review": "rejected"}):
        Merchant.objects.update(frozen_at=None)
        session = scan(make_static_code(shop), ann, typed_minor=500)
        between(partial(Merchant.objects.update, **change))
        assert code_of(partial(say_yes, session, ann)) == "shop_stopped"
        assert nothing_but_the_answer(ann)


def test_a_tier_that_was_lowered(shop: Shop, ann: User, between: Between) -> None:
    session = scan(make_one_time_code(shop, 9_000), ann)
    between(lambda: Wallet.objects.update(tier="basic"))
    assert code_of(lambda: say_yes(session, ann)) == "over_limit"
    assert nothing_but_the_answer(ann)


def test_what_fails_in_the_payment_spends_no_try(
    shop: Shop, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five right ones while the database is in trouble: the sixth pays."""
    session = scan(make_static_code(shop), ann, typed_minor=500)
    with monkeypatch.context() as patch:
        patch.setattr(flow, "promise", lambda **_: 1 // 0)
        for _ in range(5):
            with pytest.raises(ZeroDivisionError):
                say_yes(session, ann)
    assert tries(ann) == 0
    assert say_yes(session, ann).total_minor == 500


def test_a_refusal_is_kept_and_forgives_the_pin(shop: Shop) -> None:
    bob = make_person(funds={"EUR": 100})
    session = scan(make_static_code(shop), bob, typed_minor=500)
    token = yes_to(session, bob)
    for _ in range(7):  # more often than a PIN has tries
        assert code_of(lambda: say_yes(session, bob, confirmation=token)) == "balance_too_low"
    assert nothing_but_the_answer(bob)
    assert IdempotencyKey.objects.filter(scope=f"confirm:{bob.pk}", refused=True).count() == 1


def test_a_pin_that_was_replaced_pays_nothing_and_is_not_kept(
    shop: Shop, ann: User, between: Between
) -> None:
    session = scan(make_static_code(shop), ann, typed_minor=500)
    token = yes_to(session, ann)
    known = Pin.objects.get(person=ann)
    between(lambda: Pin.objects.filter(person=ann).update(salt=b"n" * 16))
    assert code_of(lambda: say_yes(session, ann, confirmation=token)) == "pin_blocked"
    assert (
        not Payment.objects.exists() and not IdempotencyKey.objects.filter(scope=f"confirm:{ann.pk}").exists()
    )
    Pin.objects.filter(person=ann).update(salt=known.salt, wrong_tries=0)
    assert say_yes(session, ann, confirmation=token).total_minor == 500


def test_only_a_pin_that_could_be_one_costs_a_try_and_only_before_the_payment(shop: Shop, ann: User) -> None:
    session = scan(make_static_code(shop), ann, typed_minor=500)
    assert code_of(lambda: say_yes(session, ann, pin="12345")) == "pin_malformed"
    assert tries(ann) == 0
    assert code_of(lambda: say_yes(session, ann, pin=WRONG)) == "pin_wrong"
    assert tries(ann) == 1
    made = say_yes(session, ann)
    assert tries(ann) == 0
    assert say_yes(session, ann, pin=WRONG) == made
    assert tries(ann) == 0


def test_the_scan_of_another_costs_nobody_a_try(shop: Shop, ann: User) -> None:
    bob = make_person(funds={"EUR": 10_000})
    session = scan(make_static_code(shop), bob, typed_minor=500)
    assert code_of(lambda: say_yes(session, ann, confirmation=yes_to(session, bob), pin=WRONG)) == "not_found"
    assert (tries(ann), tries(bob)) == (0, 0)
