"""Refunds by line: only what was chosen goes back, at its rate; in any order every account is whole again."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from base.core.errors import Refused
from payments.core.refund_parts import TIP_LINE, LineBack
from payments.flows.refund import refund
from payments.models import Payment, Refund
from payments.queries.refunds import left_lines_of
from tests.factories import Shop, make_one_time_code, make_person, make_shop, pay, settle_all
from tests.payments.test_refunds import books

LINES: list[dict[str, Any]] = [
    {"description": "Soup", "category": "reduced", "amount_minor": 1070, "quantity": 3},
    {"description": "Tea", "category": "standard", "amount_minor": 357},
    {"description": "Book", "category": "exempt", "amount_minor": 250},
    {"description": "Cake", "category": "standard", "amount_minor": 1},
]


def shop_in(country: str, **more: Any) -> Shop:
    own = None if country in ("DE", "VN") else "13.5000"
    return make_shop(country, categories=("standard", "reduced", "exempt"), own_rate=own, **more)


class LinesInAnyOrder(TestCase):
    """Each example in a transaction of its own: dong, euros and dinars have 0, 2 and 3 decimals."""

    @given(
        data=st.data(),
        country=st.sampled_from(["VN", "DE", "TN"]),
        inclusive=st.booleans(),
        tip_minor=st.sampled_from([0, 7, 300]),
    )
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_lines_pieces_and_amounts_bring_every_account_back(
        self, data: st.DataObject, country: str, inclusive: bool, tip_minor: int
    ) -> None:
        shop = shop_in(country, inclusive=inclusive)
        currency = shop.merchant.currency
        ann, bob = make_person(funds={currency: 90_000}), make_person(funds={currency: 90_000})
        pay(make_one_time_code(shop, lines=[{**line, "amount_minor": 15_000} for line in LINES]), bob)
        settle_all()
        before = books()
        paid = pay(make_one_time_code(shop, lines=LINES), ann, tip_minor=tip_minor)
        settle_all()
        for number in range(20):
            _, left = left_lines_of(paid)
            rest = {(i + 1) % len(left): x.gross_minor for i, x in enumerate(left) if x.gross_minor}
            if not rest:
                break
            asked: dict[str, Any] = {}
            if number == 19 or data.draw(st.booleans()):
                chosen = (
                    rest if number == 19 else data.draw(st.sets(st.sampled_from(sorted(rest)), min_size=1))
                )
                asked["lines"] = [
                    LineBack(
                        line, None if number == 19 else data.draw(st.none() | st.integers(1, rest[line]))
                    )
                    for line in chosen
                ]
                expected = sum(rest[line.number] if line.amount_minor is None else line.amount_minor
                               for line in asked["lines"])  # fmt: skip
            else:
                expected = asked["amount_minor"] = data.draw(st.integers(1, sum(rest.values())))
            row = refund(actor=shop.cashier, payment_id=paid.pk, key=f"{number}", **asked)
            assert row.amount_minor == expected
        assert books() == before
        paid.refresh_from_db()
        assert paid.refunded_minor == paid.total_minor
        made = Refund.objects.filter(payment=paid)
        assert sum(row.tax_minor for row in made) == paid.tax_minor
        assert sum(row.tip_minor for row in made) == paid.tip_minor
        assert sum(row.fee_minor for row in made) == paid.fee_minor


@pytest.fixture
def shop(db: None) -> Shop:
    return shop_in("DE")


@pytest.fixture
def paid(shop: Shop) -> Payment:
    payment = pay(make_one_time_code(shop, lines=LINES), make_person(funds={"EUR": 10_000}), tip_minor=100)
    pay(make_one_time_code(shop, 5000), make_person(funds={"EUR": 10_000}))
    settle_all()
    return payment


def facts_of(row: Refund) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(row.receipt.body)
    return facts


def test_the_receipt_has_the_chosen_lines_only(shop: Shop, paid: Payment) -> None:
    row = refund(
        actor=shop.cashier, payment_id=paid.pk, key="a", lines=[LineBack(2), LineBack(1, quantity=1)]
    )
    facts = facts_of(row)
    assert [(x["description"], x["quantity"], x["gross_minor"]) for x in facts["lines"]] == [
        ("Soup", 1, 357),
        ("Tea", 1, 357),
    ]
    assert {tax["rate"]: tax["tax_minor"] for tax in facts["taxes"]} == {"7.0000": 23, "19.0000": 57}
    assert (facts["untaxed"], facts["tip_minor"], facts["corrects"]) == ([], 0, 1)
    assert (row.amount_minor, row.tax_minor, row.tip_minor, row.fee_minor) == (714, 80, 0, 0)


def test_the_tip_alone_goes_back(shop: Shop, paid: Payment) -> None:
    row = refund(actor=shop.cashier, payment_id=paid.pk, key="a", lines=[LineBack(TIP_LINE)])
    assert (row.amount_minor, row.tip_minor, row.tax_minor) == (100, 100, 0)
    assert (facts_of(row)["lines"], facts_of(row)["total_minor"]) == ([], 100)


def test_one_key_is_one_choice_of_lines(shop: Shop, paid: Payment) -> None:
    both = [LineBack(1, 100), LineBack(2)]
    first = refund(actor=shop.cashier, payment_id=paid.pk, key="a", lines=both)
    assert refund(actor=shop.cashier, payment_id=paid.pk, key="a", lines=both[::-1]) == first
    for other in ([LineBack(1, 100)], [LineBack(1, 101), LineBack(2)], []):
        with pytest.raises(Refused) as no:
            refund(actor=shop.cashier, payment_id=paid.pk, key="a", lines=other)
        assert no.value.code == "key_reused"
    assert Refund.objects.count() == 1


def test_a_line_is_not_given_back_twice(shop: Shop, paid: Payment) -> None:
    refund(actor=shop.cashier, payment_id=paid.pk, key="a", lines=[LineBack(2)])
    with pytest.raises(Refused) as no:
        refund(actor=shop.cashier, payment_id=paid.pk, key="b", lines=[LineBack(2), LineBack(1)])
    assert (no.value.code, no.value.status) == ("nothing_left_of_line", 409)
    assert Refund.objects.count() == 1
