"""Refunds in any order and of any size bring everything back to where it was, and never more."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from base.core.errors import Refused
from base.models import AuditLine, Event
from payments.flows.refund import refund
from payments.models import Payment, Receipt, Refund
from tests.factories import (
    Shop,
    balance,
    make_member,
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    pay,
    settle_all,
)
from wallets.models import Account

LINES = [
    {"description": "Soup", "category": "reduced", "amount_minor": 1070},
    {"description": "Tea", "category": "standard", "amount_minor": 357},
    {"description": "Cake", "category": "standard", "amount_minor": 1},
]


def books() -> dict[str, tuple[int, int]]:
    """Every account that holds something."""
    rows = Account.objects.exclude(balance_minor=0).values_list("code", "balance_minor", "held_minor")
    return {code: (balance_minor, held_minor) for code, balance_minor, held_minor in rows}


class RefundsInParts(TestCase):
    """Each example in a transaction of its own."""

    @given(
        cuts=st.lists(st.integers(1, 1800), max_size=5),
        tip_minor=st.integers(0, 300),
        inclusive=st.booleans(),
        rounding=st.sampled_from(["per_line", "per_rate_total"]),
    )
    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_parts_of_any_size_bring_every_account_back(
        self, cuts: list[int], tip_minor: int, inclusive: bool, rounding: str
    ) -> None:
        shop = make_shop(inclusive=inclusive, rounding=rounding)
        ann, bob = make_person(funds={"EUR": 10_000}), make_person(funds={"EUR": 90_000})
        # So much of other sales that the shop can pay the fee back before the last part.
        pay(make_one_time_code(shop, lines=[{**line, "amount_minor": 20_000} for line in LINES]), bob)
        settle_all()
        before = books()
        payment = pay(make_one_time_code(shop, lines=LINES), ann, tip_minor=tip_minor)
        settle_all()
        left = payment.total_minor
        for number, cut in enumerate([*cuts, None]):
            if cut is not None and cut >= left:
                continue
            row = refund(actor=shop.cashier, payment_id=payment.pk, key=f"{number}", amount_minor=cut)
            left -= row.amount_minor
            assert row.tax_minor + row.tip_minor <= row.amount_minor
        assert left == 0
        assert books() == before
        made = Refund.objects.filter(payment=payment)
        assert sum(row.tax_minor for row in made) == payment.tax_minor
        assert sum(row.tip_minor for row in made) == payment.tip_minor
        assert sum(row.fee_minor for row in made) == payment.fee_minor


@pytest.fixture
def shop(db: None) -> Shop:
    return make_shop()


@pytest.fixture
def paid(shop: Shop) -> Payment:
    payment = pay(make_one_time_code(shop, 1190), make_person(funds={"EUR": 10_000}), tip_minor=100)
    settle_all()
    return payment


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as no:
        act()
    return no.value.code


def test_a_refund_has_receipt_event_and_audit_line(shop: Shop, paid: Payment) -> None:
    row = refund(actor=shop.cashier, payment_id=paid.pk, key="a", amount_minor=645, reason="Cold")
    facts = json.loads(Receipt.objects.get(refund=row).body)
    assert (facts["kind"], facts["number"], facts["corrects"]) == ("refund", 2, 1)
    assert (facts["total_minor"], facts["refund"]) == (645, str(row.pk))
    told = Event.objects.get(kind="refund.posted")
    assert (told.subject, told.payload["refunded_minor"], told.payload["receipt_no"]) == (paid.pk, 645, 2)
    line = AuditLine.objects.get(action="payment.refunded")
    assert (line.actor_id, line.subject, line.detail["amount_minor"]) == (shop.cashier.pk, paid.pk, 645)
    assert (row.state, row.reason, row.ordered_by) == ("posted", "Cold", shop.cashier)


def test_the_fee_goes_back_with_the_last_cent(shop: Shop, paid: Payment) -> None:
    pay(make_static_code(shop), make_person(funds={"EUR": 10_000}), 5000)
    settle_all()
    fees = f"platform:EUR:fees:{shop.merchant.pk}"
    before = balance(fees)
    first = refund(actor=shop.cashier, payment_id=paid.pk, key="a", amount_minor=1289)
    assert (first.fee_minor, balance(fees)) == (0, before)
    last = refund(actor=shop.cashier, payment_id=paid.pk, key="b")
    assert (last.amount_minor, last.fee_minor, balance(fees)) == (1, 6, before - 6)


def test_more_than_is_left_is_refused_and_says_what_is_left(shop: Shop, paid: Payment) -> None:
    refund(actor=shop.cashier, payment_id=paid.pk, key="a", amount_minor=645)
    with pytest.raises(Refused) as no:
        refund(actor=shop.cashier, payment_id=paid.pk, key="b", amount_minor=646)
    assert (no.value.code, no.value.facts) == ("refund_too_large", {"left_minor": 645})
    refund(actor=shop.cashier, payment_id=paid.pk, key="c")
    assert code_of(partial(refund, actor=shop.cashier, payment_id=paid.pk, key="d")) == "nothing_left"


@pytest.mark.parametrize("amount", [0, -1, -645])
def test_nothing_and_less_are_no_refunds(shop: Shop, paid: Payment, amount: int) -> None:
    act = partial(refund, actor=shop.cashier, payment_id=paid.pk, key="a", amount_minor=amount)
    assert code_of(act) == "amount_invalid"
    assert not Refund.objects.exists()


def test_what_the_shop_no_longer_has_is_not_given_back(shop: Shop, paid: Payment) -> None:
    """The payable holds the net without our fee: a part of nearly all is more than that."""
    act = partial(refund, actor=shop.cashier, payment_id=paid.pk, key="a", amount_minor=1289)
    assert code_of(act) == "shop_balance_too_low"
    assert (Refund.objects.count(), Receipt.objects.count()) == (0, 1)
    assert refund(actor=shop.cashier, payment_id=paid.pk, key="all").amount_minor == 1290


def test_a_no_of_the_day_stays_the_answer_of_its_key(shop: Shop, paid: Payment) -> None:
    """The customer got cash meanwhile: a late copy of the request moves nothing, a new request does."""
    ask = partial(refund, actor=shop.cashier, payment_id=paid.pk, amount_minor=1289)
    assert code_of(partial(ask, key="a")) == "shop_balance_too_low"
    pay(make_one_time_code(shop, 5_000), make_person(funds={"EUR": 10_000}))
    settle_all()
    assert code_of(partial(ask, key="a")) == "shop_balance_too_low"
    assert not Refund.objects.exists()
    assert ask(key="b").amount_minor == 1289


def test_a_promised_payment_is_settled_first(shop: Shop) -> None:
    payment = pay(make_one_time_code(shop, 1190), make_person(funds={"EUR": 10_000}))
    refund(actor=shop.owner, payment_id=payment.pk, key="a")
    assert list(Receipt.objects.order_by("number").values_list("kind", flat=True)) == ["sale", "refund"]
    payment.refresh_from_db()
    assert (payment.state, payment.refunded_minor) == ("settled", 1190)


def test_only_the_shops_people_with_the_right_give_money_back(shop: Shop, paid: Payment) -> None:
    strangers = [paid.person, make_shop().owner, make_member(shop, "accountant")]
    for actor in strangers:
        assert code_of(partial(refund, actor=actor, payment_id=paid.pk, key="a")) == "not_found"
    assert refund(actor=make_member(shop, "manager"), payment_id=paid.pk, key="a").amount_minor == 1290


def test_a_refund_keeps_the_rates_of_the_sale(shop: Shop) -> None:
    """Of an order of 7 % and 19 % one half goes back: each rate gives its half."""
    payment = pay(make_one_time_code(shop, lines=LINES[:2]), make_person(funds={"EUR": 10_000}))
    row = refund(actor=shop.cashier, payment_id=payment.pk, key="a", amount_minor=714)
    taxes = {tax["rate"]: tax["tax_minor"] for tax in json.loads(row.receipt.body)["taxes"]}
    assert taxes == {"7.0000": 35, "19.0000": 29}
