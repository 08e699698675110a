"""A till charges a customer's code: small amounts at once, others with the PIN."""

from collections.abc import Callable

import pytest
from django.db.models.functions import Now

from base.models import AuditLine
from payments.flows.cancel_session import cancel_session
from payments.flows.confirm import confirm
from payments.flows.pay_small import pay_small
from payments.models import Payment, Session
from payments.queries.shown import Outcome
from people.flows.set_pin import set_pin
from people.models import Pin, User
from tests.factories import (
    PIN,
    Shop,
    balance,
    make_one_time_code,
    make_person,
    make_shop,
    pay,
    settle_all,
    yes_to,
)
from tests.payments.shown.acts import again, charge, no, outcome, show, showing_of, taken
from wallets.flows.freeze_wallet import freeze_wallet
from wallets.models import Wallet

pytestmark = pytest.mark.django_db


# ---- small amounts ----


def test_a_small_amount_is_paid_at_once_and_says_how(shop: Shop, ann: User) -> None:
    order = make_one_time_code(shop, 1240)
    code_id = charge(shop, order, show(ann).link)
    payment = Payment.objects.get(one_time_code=order)
    showing = showing_of(ann)
    assert outcome(code_id) == Outcome.PAID
    assert (payment.total_minor, payment.person_id, payment.showing_id) == (1240, ann.pk, showing.pk)
    assert (showing.small_minor, showing.small_count, showing.currency) == (1240, 1, "EUR")
    trail = AuditLine.objects.filter(subject=order.pk, action="shown_code.taken").get()
    assert (trail.actor_id, trail.merchant) == (shop.cashier.pk, shop.merchant.pk)
    assert AuditLine.objects.filter(subject=showing.pk, action="showing.opened", actor=ann).count() == 1
    settle_all()
    assert balance(f"customer:{payment.wallet}:EUR") == 50_000 - 1240


def test_a_payment_by_pin_names_no_showing(shop: Shop, ann: User) -> None:
    show(ann)
    assert pay(make_one_time_code(shop), ann).showing_id is None
    assert showing_of(ann).small_count == 0


def test_digits_stand_for_the_same_code(shop: Shop, ann: User) -> None:
    order, fresh = make_one_time_code(shop), show(ann)
    typed = f" {fresh.digits[:4]} {fresh.digits[4:8]}-{fresh.digits[8:]}\n"
    assert outcome(charge(shop, order, typed)) == Outcome.PAID
    with no("shown_code_used"):
        charge(shop, make_one_time_code(shop), fresh.link)


def test_thirty_euros_are_small_and_a_cent_more_is_not(shop: Shop, ann: User) -> None:
    assert outcome(charge(shop, make_one_time_code(shop, 3000), show(ann).link)) == Outcome.PAID
    more = charge(shop, make_one_time_code(shop, 3001), again(ann, showing_of(ann)).link)
    assert outcome(more) == Outcome.WAITING
    assert showing_of(ann).small_minor == 3000


def test_the_sum_is_bounded(shop: Shop, ann: User) -> None:
    show(ann)
    for minor in (3000, 3000, 3000, 1000):
        order = make_one_time_code(shop, minor)
        assert outcome(charge(shop, order, again(ann, showing_of(ann)).link)) == Outcome.PAID
    one_cent = charge(shop, make_one_time_code(shop, 1), again(ann, showing_of(ann)).link)
    assert outcome(one_cent) == Outcome.WAITING
    # The PIN opens a new showing, and a new count.
    assert outcome(charge(shop, make_one_time_code(shop, 3000), show(ann).link)) == Outcome.PAID


def test_the_number_is_bounded(shop: Shop, ann: User) -> None:
    show(ann)
    for _ in range(5):
        order = make_one_time_code(shop, 100)
        assert outcome(charge(shop, order, again(ann, showing_of(ann)).link)) == Outcome.PAID
    sixth = charge(shop, make_one_time_code(shop, 100), again(ann, showing_of(ann)).link)
    assert outcome(sixth) == Outcome.WAITING
    assert Payment.objects.filter(person=ann).count() == 5


def test_small_is_counted_in_one_currency(shop: Shop) -> None:
    person = make_person(funds={"EUR": 5_000, "VND": 2_000_000})
    hanoi = make_shop("VN")
    assert outcome(charge(shop, make_one_time_code(shop, 1000), show(person).link)) == Outcome.PAID
    order = make_one_time_code(hanoi, 40_000)
    assert outcome(charge(hanoi, order, again(person, showing_of(person)).link)) == Outcome.WAITING
    assert outcome(charge(hanoi, make_one_time_code(hanoi, 780_000), show(person).link)) == Outcome.PAID


def test_without_the_pin_every_amount_asks_for_it(shop: Shop, ann: User) -> None:
    code_id = charge(shop, make_one_time_code(shop, 100), show(ann, pin=None).link)
    assert outcome(code_id) == Outcome.WAITING
    assert not Payment.objects.exists()


def blocked(person: User) -> None:
    Pin.objects.filter(person=person).update(blocked_at=Now(), wrong_tries=5)


def renewed(person: User) -> None:
    set_pin(person_id=person.pk, pin="135791")


@pytest.mark.parametrize("spoil", [blocked, renewed], ids=["blocked", "changed"])
def test_a_pin_that_is_not_that_of_the_showing_agrees_to_nothing(
    shop: Shop, ann: User, spoil: Callable[[User], None]
) -> None:
    fresh = show(ann)
    if spoil is renewed:
        Pin.objects.filter(person=ann).delete()
    spoil(ann)
    assert outcome(charge(shop, make_one_time_code(shop, 100), fresh.link)) == Outcome.WAITING
    assert not Payment.objects.exists()


def test_too_little_money_asks_the_payer_and_tells_the_till_no_reason(shop: Shop) -> None:
    poor = make_person(funds={"EUR": 500})
    code_id = charge(shop, make_one_time_code(shop, 1240), show(poor).link)
    assert outcome(code_id) == Outcome.WAITING
    assert showing_of(poor).small_count == 0


def test_a_frozen_wallet_pays_nothing_and_opens_nothing(shop: Shop, ann: User) -> None:
    fresh = show(ann)
    wallet = Wallet.objects.get(owner_id=ann.pk)
    freeze_wallet(actor_id=shop.owner.pk, wallet_id=wallet.pk, on=True)
    assert outcome(charge(shop, make_one_time_code(shop, 100), fresh.link)) == Outcome.WAITING
    assert not Payment.objects.exists()
    with no("wallet_frozen"):
        show(ann)


# ---- the payer's PIN ----


def test_above_a_small_amount_the_pin_is_bound_to_amount_and_payee(shop: Shop, ann: User) -> None:
    order = make_one_time_code(shop, 4900)
    code = taken(charge(shop, order, show(ann).link))
    assert code.session is not None
    session = Session.objects.select_related("code__merchant__tax_profile", "code__branch", "code__till").get(
        pk=code.session.pk
    )
    with no("amount_changed"):
        confirm(session_id=session.pk, person_id=ann.pk, confirmation="bm8", pin=PIN)
    payment = confirm(session_id=session.pk, person_id=ann.pk, confirmation=yes_to(session, ann), pin=PIN)
    assert (payment.total_minor, payment.showing_id, payment.one_time_code_id) == (4900, None, order.pk)
    assert outcome(code.pk) == Outcome.PAID


def test_the_scan_is_the_payer_s_alone(shop: Shop, ann: User) -> None:
    code = taken(charge(shop, make_one_time_code(shop, 4900), show(ann).link))
    bob = make_person(funds={"EUR": 50_000})
    assert code.session is not None
    with no("not_found"):
        confirm(session_id=code.session.pk, person_id=bob.pk, confirmation="x", pin=PIN)


def test_a_no_is_told(shop: Shop, ann: User) -> None:
    code = taken(charge(shop, make_one_time_code(shop, 4900), show(ann).link))
    assert code.session is not None
    cancel_session(session_id=code.session.pk)
    assert outcome(code.pk) == Outcome.DECLINED
    assert pay_small(code_id=code.pk) is None


def test_after_a_no_another_customer_may_pay_the_order(shop: Shop, ann: User) -> None:
    order, bob = make_one_time_code(shop, 1200), make_person(funds={"EUR": 5_000})
    code = taken(charge(shop, order, show(ann, pin=None).link))
    assert code.session is not None
    cancel_session(session_id=code.session.pk)
    assert outcome(charge(shop, order, show(bob).link)) == Outcome.PAID
    assert Payment.objects.get().person_id == bob.pk
