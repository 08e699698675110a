"""What a Z report adds up: every payment of the till once, whoever took it, whatever its money."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from base.ids import database_now
from payments.core.z_report import body
from payments.flows.refund import refund
from payments.models import OutsidePayment, Payment, Shift
from payments.queries.shifts import report_of
from people.models import User
from tests.factories import (
    Shop,
    make_member,
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    pay,
    settle_all,
)
from tests.payments.shifts.stage import begin, cash, end, said, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def ann() -> User:
    return make_person(funds={"EUR": 90_000})


def test_sales_tips_taxes_and_receipts(shop: Shop, ann: User) -> None:
    shift = begin(shop)
    lines = [
        {"description": "Cake", "category": "reduced", "amount_minor": 107},
        {"description": "Mug", "category": "standard", "amount_minor": 1190},
    ]
    pay(make_one_time_code(shop, lines=lines), ann, tip_minor=100)
    pay(make_static_code(shop), ann, 595)
    settle_all()
    pay(make_static_code(shop), ann, 1190)  # its receipt follows
    end(shop, shift)
    sales = said(shift)["sales"]
    assert sales["payments"] == 3
    assert (sales["gross_minor"], sales["tip_minor"], sales["total_minor"]) == (3082, 100, 3182)
    assert (sales["net_minor"], sales["tax_minor"]) == (2600, 482)
    assert [
        (rate["rate"], rate["net_minor"], rate["tax_minor"], rate["gross_minor"]) for rate in sales["rates"]
    ] == [
        ("19.0000", 2500, 475, 2975),
        ("7.0000", 100, 7, 107),
    ]
    assert sales["receipts"] == {"first": 1, "last": 2, "waiting": 1}
    assert sales["fee_minor"] == sum(Payment.objects.values_list("fee_minor", flat=True))
    assert said(shift)["sales_outside"]["payments"] == 0


def test_what_was_paid_without_a_shift_is_in_the_next_one(shop: Shop, ann: User) -> None:
    code = make_static_code(shop)
    pay(code, ann, 100)
    first = begin(shop)
    pay(code, ann, 200)
    end(shop, first)
    pay(code, ann, 400)
    second = begin(shop)
    pay(code, ann, 800)
    end(shop, second)
    third = begin(shop)
    end(shop, third)
    found = [
        (said(z)["sales"]["total_minor"], said(z)["sales_outside"]["total_minor"])
        for z in (first, second, third)
    ]
    assert found == [(200, 100), (800, 400), (0, 0)]
    assert [said(z)["number_before"] for z in (first, second, third)] == [0, 1, 2]


def test_what_was_under_way_at_the_open_joins_at_the_close(shop: Shop, ann: User) -> None:
    shift = begin(shop)
    late = pay(make_static_code(shop), ann, 100)
    # As if it had been promised before the open and had become visible only after it.
    Payment.objects.filter(pk=late.pk).update(shift=None)
    assert report_of(shift, shop.till).figures.sales_outside.payments == 0
    end(shop, shift)
    assert said(shift)["sales_outside"]["total_minor"] == 100


def test_a_payment_of_the_branch_or_of_another_till_is_in_no_report_of_this_one(
    shop: Shop, ann: User
) -> None:
    second = shop.branch.tills.create(name="Till 2")
    elsewhere = make_static_code(shop)
    type(elsewhere).objects.filter(pk=elsewhere.pk).update(till=second)
    elsewhere.refresh_from_db()
    pay(elsewhere, ann, 100)
    shift = begin(shop)
    pay(make_static_code(shop, till=False), ann, 200)
    pay(elsewhere, ann, 400)
    end(shop, shift)
    assert said(shift)["sales"]["payments"] == said(shift)["sales_outside"]["payments"] == 0


def test_history_is_counted_once_and_then_only_what_is_new(shop: Shop, ann: User) -> None:
    """The first shift of an old till takes all of it; a later one looks back a day behind the last close."""
    code = make_static_code(shop)
    for days in (700, 30, 0):
        pay(code, ann, 100, happened_at=database_now() - timedelta(days=days))
    end(shop, first := begin(shop))
    assert said(first)["sales_outside"]["payments"] == OutsidePayment.objects.count() == 3
    pay(code, ann, 100, happened_at=database_now() - timedelta(hours=23))
    end(shop, second := begin(shop))
    assert said(second)["sales_outside"]["payments"] == 1


def test_by_cashier_who_held_the_shift_or_whose_code_it_is(shop: Shop, ann: User) -> None:
    noah, waiter = make_member(shop, "cashier"), make_member(shop, "cashier")
    code, waiters = make_static_code(shop), make_static_code(shop, cashier=waiter)
    shift = begin(shop)
    pay(code, ann, 100)
    take(shop, shift, noah)
    pay(code, ann, 200, tip_minor=10)
    pay(waiters, ann, 400)
    take(shop, shift, shop.cashier)
    pay(code, ann, 800)
    end(shop, shift)
    found = {
        each["person"]: (each["payments"], each["total_minor"], each["tip_minor"])
        for each in said(shift)["cashiers"]
    }
    assert found == {
        str(shop.cashier.pk): (2, 900, 0),
        str(noah.pk): (1, 210, 10),
        str(waiter.pk): (1, 400, 0),
    }


def test_refunds_stand_beside_the_sales(shop: Shop, ann: User) -> None:
    before = pay(make_one_time_code(shop, 1190), ann, tip_minor=100)
    poster = pay(make_static_code(shop, till=False), ann, 595)
    refund(actor=shop.cashier, payment_id=before.pk, key="early", amount_minor=129)
    shift = begin(shop)
    refund(actor=shop.owner, payment_id=before.pk, key="rest")
    refund(actor=shop.owner, payment_id=poster.pk, key="from the desk", amount_minor=95)
    refund(actor=shop.cashier, payment_id=poster.pk, key="at the till", till_id=shop.till.pk)
    end(shop, shift)
    z = said(shift)
    assert (z["refunds"]["refunds"], z["refunds"]["total_minor"]) == (2, 1161 + 500)
    assert z["refunds"]["tip_minor"] == 100 - z["refunds_outside"]["tip_minor"]
    assert (z["refunds_outside"]["refunds"], z["refunds_outside"]["total_minor"]) == (1, 129)
    for part in (z["refunds"], z["refunds_outside"]):
        assert sum(rate["tax_minor"] for rate in part["rates"]) == part["tax_minor"] > 0
        assert sum(rate["gross_minor"] for rate in part["rates"]) == part["gross_minor"]
    end(shop, later := begin(shop))
    assert said(later)["refunds"]["refunds"] == said(later)["refunds_outside"]["refunds"] == 0


def test_two_taxes_on_a_line_both_have_its_net() -> None:
    shop = make_shop("US", inclusive=False, own_rate="5.0000")
    for tax in ("CITY", "METRO"):
        shop.merchant.own_rates.create(category="standard", tax=tax, rate="1.0000", valid_from="2020-01-01")
    shift = begin(shop)
    paid = pay(make_one_time_code(shop, 1000), make_person(funds={"USD": 9_000}))
    refund(actor=shop.cashier, payment_id=paid.pk, key="a", amount_minor=535)
    end(shop, shift)
    z = said(shift)
    assert [(r["tax"], r["net_minor"], r["tax_minor"]) for r in z["sales"]["rates"]] == [
        ("CITY", 1000, 10),
        ("METRO", 1000, 10),
        ("SALES", 1000, 50),
    ]
    assert {r["net_minor"] for r in z["refunds"]["rates"]} == {500}


@pytest.mark.parametrize(("country", "units"), [("JP", 0), ("VN", 0), ("TN", 3)])
def test_money_without_decimals_and_with_three(country: str, units: int) -> None:
    shop = make_shop(country, own_rate="10.0000")
    payer = make_person(funds={shop.merchant.currency: 90_000})
    shift = begin(shop, float_minor=5_000)
    pay(make_one_time_code(shop, 1100), payer, tip_minor=3)
    cash(shop, shift, "paid_out", 1_234)
    end(shop, shift, counted_minor=3_767, reason="one too many")
    z = said(shift)
    assert (z["currency"], z["minor_units"]) == (shop.merchant.currency, units)
    assert (z["sales"]["gross_minor"], z["sales"]["tax_minor"], z["sales"]["total_minor"]) == (
        1100,
        100,
        1103,
    )
    assert z["cash"]["difference_minor"] == 1


def test_a_night_through_the_clock_change_is_told_by_the_branch_s_clock(shop: Shop) -> None:
    shift = begin(shop)
    # 25 October 2026: at 03:00 it is 02:00 again in Berlin.
    Shift.objects.filter(pk=shift.pk).update(opened_at="2026-10-25T00:30:00Z")
    shift.refresh_from_db()
    report = report_of(shift, shop.till)
    assert '"local":"2026-10-25T02:30:00+02:00"' in body(report)
    Shift.objects.filter(pk=shift.pk).update(opened_at="2026-10-25T01:30:00Z")
    shift.refresh_from_db()
    assert '"local":"2026-10-25T02:30:00+01:00"' in body(report_of(shift, shop.till))


def test_the_number_of_statements_does_not_grow(
    shop: Shop, ann: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    code, shift = make_static_code(shop), begin(shop)
    for payments in (1, 6):
        for _ in range(payments):
            paid = pay(code, ann, 100)
            refund(actor=shop.cashier, payment_id=paid.pk, key=f"{paid.pk}", amount_minor=50)
        with django_assert_num_queries(9):
            report_of(shift, shop.till)
    assert report_of(shift, shop.till).figures.refunds.refunds == 7


def test_each_payment_of_the_till_is_in_one_report(shop: Shop, ann: User) -> None:
    """Eight rounds of payments in and between shifts: all Zs together are all payments."""
    code, reports = make_static_code(shop), []
    for round_ in range(8):
        pay(code, ann, 100 + round_)
        shift = begin(shop)
        if round_ % 2:
            pay(code, ann, 200 + round_, tip_minor=round_)
        reports.append(said(end(shop, shift)))
    counted = [z[side] for z in reports for side in ("sales", "sales_outside")]
    payments = Payment.objects.all()
    assert sum(each["payments"] for each in counted) == payments.count() == 12
    assert sum(each["total_minor"] for each in counted) == sum(p.total_minor for p in payments)
    assert sum(each["tax_minor"] for each in counted) == sum(p.tax_minor for p in payments)
