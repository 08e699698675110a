"""The confirm: what it refuses, what it leaves behind, and how few statements it takes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from base.core.errors import Refused
from base.ids import database_now
from base.models import Event
from merchants.flows.retire_qr import retire_qr
from merchants.models import Merchant, QrCode
from payments.flows.claim_session import claim_session
from payments.flows.confirm import confirm
from payments.flows.expire import expire
from payments.flows.set_amount import set_amount
from payments.models import Payment, SaleLine, Session
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
from wallets.flows.top_up import top_up
from wallets.models import Account, Hold

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def ann() -> User:
    return make_person(funds={"EUR": 100_000})


def refused(act: Callable[[], Any]) -> Refused:
    """The no of an act, after which nothing is held, promised or told."""
    before = Hold.objects.count(), Payment.objects.count(), SaleLine.objects.count(), Event.objects.count()
    with pytest.raises(Refused) as no:
        act()
    assert before == (
        Hold.objects.count(),
        Payment.objects.count(),
        SaleLine.objects.count(),
        Event.objects.count(),
    )
    assert not Account.objects.filter(held_minor__gt=0).exclude(holds__state="held").exists()
    return no.value


def say_yes(session: Session, person: User, **other: Any) -> Payment:
    said: dict[str, Any] = {
        "session_id": session.pk,
        "person_id": person.pk,
        "confirmation": yes_to(session, person),
        "pin": PIN,
    }
    return confirm(**(said | other))


def test_the_number_of_statements_is_pinned(
    shop: Shop, ann: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    """The look with the try of the PIN; its forgiving with the promise."""
    pay(make_static_code(shop), ann, 100)
    session = scan(make_static_code(shop), ann, typed_minor=500)
    token = yes_to(session, ann)
    with django_assert_num_queries(2):
        confirm(session_id=session.pk, person_id=ann.pk, confirmation=token, pin=PIN)


def test_a_repeat_is_the_first_payment_even_with_another_page_or_pin(shop: Shop, ann: User) -> None:
    session = scan(make_one_time_code(shop, 1190), ann)
    made = say_yes(session, ann)
    assert say_yes(session, ann, confirmation="another page", pin="000000") == made
    assert Hold.objects.count() == 1


def test_a_scan_of_another_is_not_found(shop: Shop, ann: User) -> None:
    session = scan(make_one_time_code(shop, 1190), make_person(funds={"EUR": 5000}))
    assert refused(lambda: say_yes(session, ann)).code == "not_found"
    with pytest.raises(Refused, match="not_found"):
        claim_session(session_id=session.pk, person_id=ann.pk)


def test_an_old_page_is_refused_and_told_the_new_amount(shop: Shop, ann: User) -> None:
    session = scan(make_static_code(shop), ann, typed_minor=500)
    token = yes_to(session, ann)
    set_amount(session_id=session.pk, typed_minor=700)
    no = refused(lambda: say_yes(session, ann, confirmation=token))
    assert (no.code, no.status, no.facts) == ("amount_changed", 409, {"total_minor": 700, "currency": "EUR"})


def test_an_old_page_is_refused_even_when_the_amount_is_the_same_again(shop: Shop, ann: User) -> None:
    session = scan(make_static_code(shop), ann, typed_minor=500)
    token = yes_to(session, ann)
    for typed_minor in (700, 500):
        set_amount(session_id=session.pk, typed_minor=typed_minor)
    assert refused(lambda: say_yes(session, ann, confirmation=token)).code == "amount_changed"


def test_a_page_open_too_long_is_refused(shop: Shop, ann: User) -> None:
    session = scan(make_static_code(shop), ann, typed_minor=500)
    token = yes_to(session, ann, at=database_now() - timedelta(minutes=6))
    assert refused(lambda: say_yes(session, ann, confirmation=token)).code == "page_expired"


def test_a_scan_ends_in_its_last_moment(shop: Shop, ann: User) -> None:
    """Intervals are half-open: at `expires_at` it is over."""
    session = scan(make_static_code(shop), ann, typed_minor=500)
    end = session.expires_at
    yes = partial(say_yes, session, ann, confirmation=yes_to(session, ann, at=end - timedelta(minutes=1)))
    assert refused(partial(yes, happened_at=end)).code == "session_closed"
    again = yes_to(session, ann, at=end - timedelta(minutes=2))  # the refusal of the first page is kept
    assert yes(confirmation=again, happened_at=end - timedelta(microseconds=1)).total_minor == 500


def test_too_little_money_says_how_much_is_missing(shop: Shop) -> None:
    bob = make_person(funds={"EUR": 100})
    session = scan(make_one_time_code(shop, 1190), bob)
    assert refused(lambda: say_yes(session, bob)).facts == {"missing_minor": 1090}
    carl = make_person()
    session = scan(make_one_time_code(shop, 1190), carl)
    assert refused(lambda: say_yes(session, carl)).facts == {"missing_minor": 1190}


def test_money_of_another_currency_does_not_pay(shop: Shop) -> None:
    bob = make_person(funds={"VND": 1_000_000, "USD": 10_000})
    session = scan(make_one_time_code(shop, 1190), bob)
    assert refused(lambda: say_yes(session, bob)).code == "balance_too_low"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            lambda s: Merchant.objects.filter(pk=s.merchant.pk).update(frozen_at=database_now()),
            "shop_stopped",
        ),
        (lambda s: Merchant.objects.filter(pk=s.merchant.pk).update(review="rejected"), "shop_stopped"),
        (lambda s: retire_qr(actor_id=s.owner.pk, code_id=QrCode.objects.get().pk), "code_retired"),
        (lambda s: QrCode.objects.update(expires_at=database_now()), "code_expired"),
        (lambda s: s.merchant.tax_profile.delete(), "tax_profile_missing"),
        (lambda s: Session.objects.update(state="cancelled"), "session_closed"),
        (lambda s: Session.objects.update(expires_at=database_now()), "session_closed"),
        (lambda s: Session.objects.update(expires_at=database_now()) and expire(), "session_closed"),
    ],
)
def test_what_changed_since_the_page_was_shown_is_refused(
    shop: Shop, ann: User, change: Callable[[Shop], object], code: str
) -> None:
    session = scan(make_one_time_code(shop, 1190), ann)
    token = yes_to(session, ann)
    change(shop)
    assert refused(lambda: say_yes(session, ann, confirmation=token)).code == code


def test_caps_of_one_payment_count_the_tip(ann: User) -> None:
    for reviewed, cap in ((True, 5000), (False, 2000)):
        code = make_static_code(make_shop(reviewed=reviewed))
        no = refused(partial(pay, code, ann, cap, tip_minor=1))
        assert (no.code, no.facts) == ("over_cap", {"cap_minor": cap})
        pay(code, ann, cap - 1, tip_minor=1, happened_at=database_now() - timedelta(days=2 + reviewed))


def test_caps_of_an_order(ann: User) -> None:
    assert pay(make_one_time_code(make_shop(), 50_000), ann).total_minor == 50_000
    unreviewed = make_shop(reviewed=False)
    assert refused(lambda: pay(make_one_time_code(unreviewed, 2001), ann)).facts == {"cap_minor": 2000}
    top_up(person_id=ann.pk, currency="EUR", amount_minor=90_000, key="more")
    assert refused(lambda: pay(make_one_time_code(make_shop(), 100_001), ann)).facts == {"cap_minor": 100_000}


def test_the_cap_of_a_day_is_of_the_last_24_hours_of_one_payer(shop: Shop, ann: User) -> None:
    code, now = make_static_code(shop), database_now()
    for hours in (25, 24.1, 23):
        pay(code, ann, 5000, happened_at=now - timedelta(hours=hours))
    assert refused(lambda: pay(code, ann, 1, happened_at=now - timedelta(hours=20))).code == "over_cap"
    # Now the two oldest are a day away. Orders do not count, nor does another payer.
    assert pay(code, ann, 1, happened_at=now).total_minor == 1
    assert pay(make_one_time_code(shop, 5000), ann).total_minor == 5000
    assert pay(code, make_person(funds={"EUR": 5000}), 5000).total_minor == 5000


@pytest.mark.parametrize(
    ("moment", "rate", "tax"),
    [
        (datetime(2025, 12, 31, 22, 30, tzinfo=UTC), "19.0000", 190),  # 23:30 in Berlin
        (datetime(2025, 12, 31, 23, 30, tzinfo=UTC), "7.0000", 78),  # 00:30 in Berlin
    ],
)
def test_a_sale_is_taxed_as_of_its_local_day(ann: User, moment: datetime, rate: str, tax: int) -> None:
    """Food eaten in is 19 % in Germany up to the last day of 2025, and 7 % from then on."""
    shop = make_shop(categories=("restaurant_food",))
    payment = pay(make_static_code(shop, "restaurant_food"), ann, 1190, happened_at=moment)
    line = SaleLine.objects.get(payment=payment)
    assert (line.rate, line.tax_minor, payment.tax_minor) == (Decimal(rate), tax, tax)
    assert payment.happened_at == moment


def test_a_promise_is_told_to_its_till_or_its_branch(shop: Shop, ann: User) -> None:
    at_till = pay(make_static_code(shop), ann, 500)
    at_branch = pay(make_static_code(shop, till=False), ann, 700)
    told = {event.subject: event for event in Event.objects.filter(kind="payment.promised")}
    assert told[at_till.pk].topic == f"till:{shop.till.pk}"
    assert told[at_branch.pk].topic == f"branch:{shop.branch.pk}"
    assert told[at_till.pk].payload["total_minor"] == 500
    assert UUID(told[at_till.pk].payload["payment"]) == at_till.pk
