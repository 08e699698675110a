"""An order meets its payer: sent to a sheet, a till or a scan; matched, short, too much, twice."""

from datetime import timedelta

import pytest

from base.core.errors import Refused
from base.ids import database_now
from base.models import AuditLine, Event
from merchants.flows.add_till import add_till
from merchants.flows.retire_qr import retire_qr
from merchants.models import QrCode
from merchants.queries import token_of
from payments.flows.ask_rest import ask_rest
from payments.flows.confirm import confirm
from payments.flows.give_back_excess import give_back_excess
from payments.flows.match_payment import match_payment
from payments.flows.open_session import open_session
from payments.flows.push_order import push_order
from payments.flows.refund import refund
from payments.flows.unmatch_payment import unmatch_payment
from payments.models import Match, Payment, Session
from payments.queries.orders import order_of
from payments.queries.till import sale_of_code
from people.models import User
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
    yes_to,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def ann() -> User:
    return make_person(funds={"EUR": 50_000})


def _push(shop: Shop, order: QrCode, **to: object) -> None:
    push_order(actor=shop.cashier, till_id=shop.till.pk, code_id=order.pk, **to)  # type: ignore[arg-type]


def _match(shop: Shop, payment: Payment, order: QrCode) -> str:
    return match_payment(
        actor=shop.cashier, till_id=shop.till.pk, payment_id=payment.pk, code_id=order.pk
    ).money.state


# ---- sent ----


def test_a_scan_of_the_sheet_leads_to_the_order_until_it_is_paid(shop: Shop, ann: User) -> None:
    printed, order = make_static_code(shop), make_one_time_code(shop, 1240)
    _push(shop, order, to_code=printed.pk)
    session = open_session(token=token_of(printed), person_id=ann.pk)
    assert (session.code_id, session.scanned_id) == (order.pk, printed.pk)
    assert open_session(token=token_of(printed), pass_by_order=True).code_id == printed.pk
    order.refresh_from_db()
    assert order.expires_at and order.expires_at > database_now() + timedelta(minutes=29)
    session = Session.objects.select_related("code__merchant__tax_profile", "code__branch").get(pk=session.pk)
    paid = confirm(session_id=session.pk, person_id=ann.pk, confirmation=yes_to(session, ann), pin=PIN)
    assert (paid.one_time_code_id, paid.total_minor, paid.till_id) == (order.pk, 1240, shop.till.pk)
    assert open_session(token=token_of(printed)).code_id == printed.pk


def test_a_sheet_leads_to_its_newest_order(shop: Shop) -> None:
    printed, first, second = make_static_code(shop), make_one_time_code(shop), make_one_time_code(shop)
    _push(shop, first, to_code=printed.pk)
    _push(shop, second, to_code=printed.pk)
    _push(shop, second, to_code=printed.pk)
    assert open_session(token=token_of(printed)).code_id == second.pk
    retire_qr(actor_id=shop.cashier.pk, code_id=second.pk)
    assert open_session(token=token_of(printed)).code_id == printed.pk


def test_a_retired_sheet_leads_nowhere_whatever_is_on_it(shop: Shop) -> None:
    printed, order = make_static_code(shop), make_one_time_code(shop)
    _push(shop, order, to_code=printed.pk)
    retire_qr(actor_id=shop.owner.pk, code_id=printed.pk)
    with pytest.raises(Refused) as no:
        open_session(token=token_of(printed))
    assert no.value.code == "code_retired"


def test_an_order_moves_to_another_till(shop: Shop, ann: User) -> None:
    bar = add_till(actor_id=shop.owner.pk, branch_id=shop.branch.pk, name="Bar")
    order = make_one_time_code(shop, 1240)
    _push(shop, order, to_till=bar.pk)
    order.refresh_from_db()
    assert order.till_id == bar.pk
    told = set(Event.objects.filter(kind="order.changed").values_list("topic", flat=True))
    assert told == {f"till:{shop.till.pk}", f"till:{bar.pk}"}
    assert pay(order, ann).till_id == bar.pk


def test_a_scan_is_given_the_order_and_an_older_yes_no_longer_fits(shop: Shop, ann: User) -> None:
    printed, order = make_static_code(shop), make_one_time_code(shop, 1240)
    session = scan(printed, ann, typed_minor=500)
    old_yes = yes_to(session, ann)
    _push(shop, order, to_scan=session.pk)
    with pytest.raises(Refused) as no:
        confirm(session_id=session.pk, person_id=ann.pk, confirmation=old_yes, pin=PIN)
    assert no.value.code == "amount_changed"
    now = Session.objects.select_related("code__merchant__tax_profile", "code__branch").get(pk=session.pk)
    assert (now.code_id, now.scanned_id, now.typed_minor) == (order.pk, printed.pk, None)
    paid = confirm(session_id=now.pk, person_id=ann.pk, confirmation=yes_to(now, ann), pin=PIN)
    assert (paid.one_time_code_id, paid.total_minor) == (order.pk, 1240)
    assert balance(f"customer:{ann.wallet.pk}:EUR") == 50_000


@pytest.mark.parametrize("how", ["paid", "retired", "expired"])
def test_a_closed_order_goes_nowhere(shop: Shop, ann: User, how: str) -> None:
    printed, order = make_static_code(shop), make_one_time_code(shop)
    if how == "paid":
        pay(order, ann)
    elif how == "retired":
        retire_qr(actor_id=shop.cashier.pk, code_id=order.pk)
    else:
        QrCode.objects.filter(pk=order.pk).update(expires_at=database_now() - timedelta(seconds=1))
    with pytest.raises(Refused) as no:
        _push(shop, order, to_code=printed.pk)
    assert no.value.code == "order_closed"


def test_nothing_goes_to_what_is_not_of_this_branch(shop: Shop, ann: User) -> None:
    other, order = make_shop(), make_one_time_code(shop)
    foreign = {
        "to_code": make_static_code(other).pk,
        "to_till": other.till.pk,
        "to_scan": scan(make_static_code(other), ann).pk,
    }
    for place, key in foreign.items():
        with pytest.raises(Refused) as no:
            _push(shop, order, **{place: key})
        assert no.value.code == "not_found", place
    with pytest.raises(Refused) as no:
        push_order(
            actor=other.owner, till_id=shop.till.pk, code_id=order.pk, to_code=make_static_code(shop).pk
        )
    assert no.value.code == "not_found"


def test_a_scan_that_is_over_takes_no_order(shop: Shop, ann: User) -> None:
    session = scan(make_static_code(shop), ann)
    Session.objects.filter(pk=session.pk).update(state="cancelled")
    with pytest.raises(Refused) as no:
        _push(shop, make_one_time_code(shop), to_scan=session.pk)
    assert no.value.code == "session_closed"


# ---- matched ----


@pytest.mark.parametrize(("amount", "state"), [(1240, "paid"), (1000, "short"), (1500, "over")])
def test_a_payment_by_the_poster_counts_for_the_order(shop: Shop, ann: User, amount: int, state: str) -> None:
    order, paid = make_one_time_code(shop, 1240), pay(make_static_code(shop), ann, amount, tip_minor=50)
    assert _match(shop, paid, order) == state
    assert _match(shop, paid, order) == state
    assert Match.objects.count() == AuditLine.objects.filter(action="payment.matched").count() == 1
    order.refresh_from_db()
    assert order.state == "retired", "nobody can pay it a second time"


def test_short_is_asked_for_and_then_paid(shop: Shop, ann: User) -> None:
    order = make_one_time_code(
        shop,
        lines=[
            {"description": "Cake", "category": "reduced", "amount_minor": 440},
            {"description": "Wine", "category": "standard", "amount_minor": 800},
        ],
    )
    assert _match(shop, pay(make_static_code(shop), ann, 1000), order) == "short"
    said = {"actor": shop.cashier, "till_id": shop.till.pk, "code_id": order.pk}
    rest = ask_rest(**said, key="a")  # type: ignore[arg-type]
    assert ask_rest(**said, key="b") == rest, "one code asks, however often"  # type: ignore[arg-type]
    assert rest.lines == [{"description": "Wine", "category": "standard", "amount_minor": 240}]
    pay(rest, ann)
    assert order_of(order).money.state == "paid"
    with pytest.raises(Refused) as no:
        ask_rest(**said, key="c")  # type: ignore[arg-type]
    assert no.value.code == "nothing_missing"


def test_the_rest_comes_to_the_cent_where_prices_are_without_tax(ann: User) -> None:
    shop = make_shop(inclusive=False)
    order = make_one_time_code(shop, 1000)
    asked = sale_of_code(order).gross_minor
    _match(shop, pay(make_static_code(shop), ann, 700), order)
    rest = ask_rest(actor=shop.cashier, till_id=shop.till.pk, code_id=order.pk, key="a")
    assert sale_of_code(rest).gross_minor == asked - 700


def test_too_much_goes_back_once(shop: Shop, ann: User) -> None:
    order, paid = make_one_time_code(shop, 1240), pay(make_static_code(shop), ann, 1500, tip_minor=100)
    _match(shop, paid, order)
    said = {"actor": shop.cashier, "till_id": shop.till.pk, "code_id": order.pk}
    back = give_back_excess(**said, key="a")  # type: ignore[arg-type]
    assert (back.payment_id, back.amount_minor) == (paid.pk, 260)
    assert give_back_excess(**said, key="a") == back  # type: ignore[arg-type]
    with pytest.raises(Refused) as no:
        give_back_excess(**said, key="b")  # type: ignore[arg-type]
    assert no.value.code == "nothing_excess"
    assert order_of(order).money.state == "paid"


def test_paid_twice_gives_the_second_back_whole(shop: Shop, ann: User) -> None:
    order, bob = make_one_time_code(shop, 1240), make_person(funds={"EUR": 5000})
    pay(order, ann)
    twice = pay(make_static_code(shop), bob, 1240, tip_minor=60)
    assert _match(shop, twice, order) == "twice"
    back = give_back_excess(actor=shop.cashier, till_id=shop.till.pk, code_id=order.pk, key="a")
    assert (back.payment_id, back.amount_minor) == (twice.pk, 1300)
    assert order_of(order).money.state == "paid"


def test_a_match_is_undone(shop: Shop, ann: User) -> None:
    first, second = make_one_time_code(shop, 1240), make_one_time_code(shop, 500)
    paid = pay(make_static_code(shop), ann, 500)
    _match(shop, paid, first)
    with pytest.raises(Refused) as no:
        _match(shop, paid, second)
    assert no.value.code == "already_matched"
    said = {"actor": shop.cashier, "till_id": shop.till.pk, "payment_id": paid.pk}
    assert unmatch_payment(**said) and not unmatch_payment(**said)  # type: ignore[arg-type]
    assert _match(shop, paid, second) == "paid"


def test_an_orders_own_payment_is_matched_already(shop: Shop, ann: User) -> None:
    order = make_one_time_code(shop)
    with pytest.raises(Refused) as no:
        _match(shop, pay(order, ann), make_one_time_code(shop))
    assert no.value.code == "already_matched"


def test_a_stranger_matches_and_gives_back_nothing(shop: Shop, ann: User) -> None:
    order, paid = make_one_time_code(shop, 1000), pay(make_static_code(shop), ann, 1500)
    stranger = make_shop().owner
    said = {"actor": stranger, "till_id": shop.till.pk}
    acts = (
        lambda: match_payment(**said, payment_id=paid.pk, code_id=order.pk),  # type: ignore[arg-type]
        lambda: unmatch_payment(**said, payment_id=paid.pk),  # type: ignore[arg-type]
        lambda: ask_rest(**said, code_id=order.pk, key="a"),  # type: ignore[arg-type]
        lambda: give_back_excess(**said, code_id=order.pk, key="a"),  # type: ignore[arg-type]
    )
    for act in acts:
        with pytest.raises(Refused) as no:
            act()
        assert no.value.code == "not_found"


def test_what_was_given_back_no_longer_stands_for_the_order(shop: Shop, ann: User) -> None:
    order, paid = make_one_time_code(shop, 1240), pay(make_static_code(shop), ann, 1240)
    _match(shop, paid, order)
    refund(actor=shop.owner, payment_id=paid.pk, key="a")
    assert order_of(order).money.state == "open"
