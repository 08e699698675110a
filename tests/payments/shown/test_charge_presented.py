"""A till charges a customer's code: small amounts at once, others with the PIN, and every no."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now

from base.core.errors import Refused
from base.ids import database_now
from base.models import AuditLine
from merchants.models import QrCode
from merchants.qr.link import Door, LinkKey, make_token
from payments.flows.cancel_session import cancel_session
from payments.flows.close_showing import close_showing
from payments.flows.confirm import confirm
from payments.flows.count_typed_try import MOST_TRIES
from payments.flows.hide_code import hide_code
from payments.flows.pay_small import pay_small
from payments.models import Payment, Session, Showing, ShownCode
from payments.queries.shown import Outcome, outcome_of
from people.flows.set_pin import set_pin
from people.models import Pin, User
from tests.factories import (
    PIN,
    Shop,
    balance,
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    pay,
    scan,
    settle_all,
    yes_to,
)
from tests.payments.shown.acts import again, charge, show, taken
from wallets.flows.freeze_wallet import freeze_wallet
from wallets.models import Wallet

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db: None) -> Shop:
    return make_shop()


@pytest.fixture
def ann(db: None) -> User:
    return make_person(funds={"EUR": 50_000})


def outcome(code_id: Any) -> str:
    return outcome_of(taken(code_id), at=database_now())


def showing_of(person: User) -> Showing:
    return Showing.objects.get(person=person, closed_at=None)


def no(code: str) -> Any:
    return pytest.raises(Refused, match=f"^{code}: ")


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
    typed = f" {fresh.digits[:4]} {fresh.digits[4:8]}-{fresh.digits[8:]}
"
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


# ---- every no ----


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
    from_now_on_rich = make_person(funds={"EUR": 1})
    assert from_now_on_rich.pk != poor.pk
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
