"""Every no to a till that charges a customer's code: nothing is taken, one order at most uses it up."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now

from base.ids import database_now
from merchants.models import QrCode
from merchants.qr.link import Door, LinkKey, make_token
from payments.flows.close_showing import close_showing
from payments.flows.confirm import confirm
from payments.flows.count_typed_try import MOST_TRIES
from payments.flows.hide_code import hide_code
from payments.flows.pay_small import pay_small
from payments.models import Payment, Session, Showing, ShownCode
from payments.queries.shown import Outcome
from people.models import User
from tests.factories import (
    PIN,
    Shop,
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    pay,
    scan,
    yes_to,
)
from tests.payments.shown.acts import again, charge, no, outcome, show, showing_of, taken
from wallets.flows.top_up import top_up

pytestmark = pytest.mark.django_db


def test_a_code_is_used_once(shop: Shop, ann: User) -> None:
    fresh = show(ann)
    charge(shop, make_one_time_code(shop, 100), fresh.link)
    with no("shown_code_used"):
        charge(shop, make_one_time_code(shop, 100), fresh.link)
    assert Payment.objects.count() == 1


def test_the_same_key_is_the_same_answer(shop: Shop, ann: User) -> None:
    order, fresh = make_one_time_code(shop, 100), show(ann)
    first = charge(shop, order, fresh.link, key="k")
    assert charge(shop, order, fresh.link, key="k") == first
    with no("key_reused"):
        charge(shop, make_one_time_code(shop, 100), fresh.link, key="k")
    assert Payment.objects.count() == 1


def test_a_repeat_never_pays_what_the_first_left_to_the_pin(shop: Shop) -> None:
    """The payer may be reading the page just now."""
    poor = make_person(funds={"EUR": 500})
    order, fresh = make_one_time_code(shop, 1240), show(poor)
    first = charge(shop, order, fresh.link, key="k")
    top_up(person_id=poor.pk, currency="EUR", amount_minor=5_000, key="while reading")
    assert charge(shop, order, fresh.link, key="k") == first
    assert outcome(first) == Outcome.WAITING


def run_out(fresh: Any, person: User) -> None:
    minute = timedelta(minutes=1)
    ShownCode.objects.filter(pk=fresh.code.pk).update(
        created_at=F("created_at") - minute, expires_at=F("expires_at") - minute
    )


def renew(fresh: Any, person: User) -> None:
    again(person, showing_of(person))


def hide(fresh: Any, person: User) -> None:
    assert hide_code(person_id=person.pk, code_id=fresh.code.pk)


def close(fresh: Any, person: User) -> None:
    assert close_showing(person_id=person.pk)


def reopen(fresh: Any, person: User) -> None:
    show(person)


@pytest.mark.parametrize("end", [run_out, renew, hide, close, reopen])
def test_a_code_that_is_over_is_refused(shop: Shop, ann: User, end: Callable[[Any, User], None]) -> None:
    fresh = show(ann)
    end(fresh, ann)
    with no("shown_code_over"):
        charge(shop, make_one_time_code(shop, 100), fresh.link)
    with no("shown_code_over"):
        charge(shop, make_one_time_code(shop, 100), fresh.digits)
    assert not Payment.objects.exists() and not Session.objects.exists()


def test_a_code_outlives_neither_a_minute_nor_its_showing(ann: User) -> None:
    fresh = show(ann)
    assert fresh.code.expires_at - fresh.code.created_at == timedelta(seconds=60)
    assert fresh.seconds == 60
    Showing.objects.filter(person=ann).update(ends_at=database_now() + timedelta(seconds=20))
    late = again(ann, showing_of(ann))
    assert late.code.expires_at == showing_of(ann).ends_at and late.seconds <= 20
    Showing.objects.filter(person=ann).update(ends_at=database_now())
    with no("showing_over"):
        again(ann, showing_of(ann))


def test_unknown_and_forged_codes(shop: Shop, ann: User) -> None:
    order, fresh = make_one_time_code(shop, 100), show(ann)
    changed = fresh.link[:-1] + ("A" if fresh.link[-1] != "A" else "B")
    key_id, secret = next(iter(settings.CODE_KEYS.items()))
    unknown = make_token(order.pk, key=LinkKey(key_id, secret), door=Door.SHOWN)
    other_door = make_token(order.pk, key=LinkKey(key_id, secret))
    for text in (changed, f"{settings.BASE_URL}/c/{unknown}", f"{settings.BASE_URL}/c/{other_door}"):
        with no("code_unknown"):
            charge(shop, order, text)
    assert ShownCode.objects.get().state == "shown"


def test_guesses_are_counted_and_right_ones_are_not(shop: Shop, ann: User) -> None:
    order = make_one_time_code(shop, 100)
    for _ in range(MOST_TRIES):
        with no("code_unknown"):
            charge(shop, order, "000000000000")
    fresh = show(ann)
    with no("too_many_tries"):
        charge(shop, order, fresh.digits)
    # Who scans is not held back, nor is another cashier.
    assert outcome(charge(shop, order, fresh.link)) == Outcome.PAID
    other = charge(shop, make_one_time_code(shop, 100), show(ann).digits, actor=shop.owner)
    assert outcome(other) == Outcome.PAID


def test_many_right_numbers_are_no_guesses(shop: Shop) -> None:
    for _ in range(MOST_TRIES + 2):
        payer = make_person(funds={"EUR": 1_000})
        assert outcome(charge(shop, make_one_time_code(shop, 100), show(payer).digits)) == Outcome.PAID


def test_an_order_that_cannot_be_paid_leaves_the_code_alone(shop: Shop, ann: User) -> None:
    fresh = show(ann)
    old = make_one_time_code(shop, 100, life=timedelta(minutes=-1))
    with no("code_expired"):
        charge(shop, old, fresh.link)
    off = make_one_time_code(shop, 100)
    QrCode.objects.filter(pk=off.pk).update(state="retired", retired_at=Now())
    with no("code_retired"):
        charge(shop, off, fresh.link)
    done = make_one_time_code(shop, 100)
    pay(done, make_person(funds={"EUR": 1_000}))
    with no("already_paid"):
        charge(shop, done, fresh.link)
    assert outcome(charge(shop, make_one_time_code(shop, 100), fresh.link)) == Outcome.PAID


def test_orders_of_others_are_not_found(shop: Shop, ann: User) -> None:
    fresh, other = show(ann), make_shop(trade_name="Next door")
    with no("not_found"):
        charge(shop, make_one_time_code(other, 100), fresh.link)
    with no("not_found"):
        charge(shop, make_static_code(shop), fresh.link)
    with no("not_found"):
        charge(shop, make_one_time_code(shop, 100), fresh.link, actor=ann)
    assert ShownCode.objects.get().state == "shown" and not Payment.objects.exists()


def test_who_sells_may_pay_at_the_own_till_as_with_any_code(shop: Shop) -> None:
    """The money is the person's own, and goes to the shop's account, as by the printed code."""
    order = make_one_time_code(shop, 100)
    both = make_person(funds={"EUR": 1_000})
    shop.merchant.memberships.create(person=both, role="cashier")
    assert outcome(charge(shop, order, show(both).link, actor=both)) == Outcome.PAID


def test_two_scans_of_one_order_are_paid_once(shop: Shop, ann: User) -> None:
    order, bob = make_one_time_code(shop, 4900), make_person(funds={"EUR": 50_000})
    code = taken(charge(shop, order, show(ann).link))
    session = scan(order, bob)
    confirm(session_id=session.pk, person_id=bob.pk, confirmation=yes_to(session, bob), pin=PIN)
    assert code.session is not None and pay_small(code_id=code.pk) is None
    assert Payment.objects.get().person_id == bob.pk
