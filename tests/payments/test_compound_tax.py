"""A tax on a tax at the counter: priced, booked and given back to the cent; each branch has its own rates."""

import json
from datetime import date
from decimal import Decimal

import pytest

from merchants.flows.set_own_rate import set_own_rate
from merchants.models import OwnRate
from payments.flows.refund import refund
from payments.models import Receipt, RefundLine, SaleLine
from tests.factories import Shop, balance, make_one_time_code, make_person, make_shop, pay, settle_all
from wallets.models import Account

pytestmark = pytest.mark.django_db


def put(shop: Shop, tax: str, rate: str, *, compound: bool = False, place: str = "") -> None:
    set_own_rate(
        actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, category="standard", tax=tax,
        rate=Decimal(rate), valid_from=date(2020, 1, 1), compound=compound, place=place,
    )  # fmt: skip


@pytest.fixture
def shop() -> Shop:
    """5 % GST, and 9.5 % QST on the price and the GST, as in Quebec before 2013."""
    shop = make_shop("US", inclusive=False, categories=("standard",))
    OwnRate.objects.all().delete()
    put(shop, "QST", "9.5", compound=True)
    put(shop, "GST", "5")
    return shop


def taxes_of(receipt: Receipt) -> dict[str, int]:
    return {tax["tax"]: tax["tax_minor"] for tax in json.loads(receipt.body)["taxes"]}


def test_a_compound_tax_is_refunded_to_the_cent(shop: Shop) -> None:
    ann = make_person(funds={"USD": 50_000})
    pay(make_one_time_code(shop, 50_000), make_person(funds={"USD": 90_000}))
    settle_all()
    before = dict(Account.objects.values_list("code", "balance_minor"))
    paid = pay(make_one_time_code(shop, 10_000), ann)
    settle_all()
    assert (paid.sale_minor, paid.tax_minor) == (11_498, 1_498)  # 9.5 % of 105.00 is 9.975: 9.98
    sold = Receipt.objects.get(payment=paid)
    assert taxes_of(sold) == {"GST": 500, "QST": 998}
    held = [f"merchant:{shop.merchant.pk}:USD:tax:US-TX:{tax}" for tax in ("GST:5.0000", "QST:9.5000")]
    assert [balance(code) - before[code] for code in held] == [500, 998]
    given: dict[str, int] = {"GST": 0, "QST": 0}
    for number, amount in enumerate([1, 3_333, 1, 5_000, None]):
        row = refund(actor=shop.cashier, payment_id=paid.pk, key=f"{number}", amount_minor=amount)
        part = taxes_of(row.receipt)
        assert sum(part.values()) == row.tax_minor
        given = {tax: given[tax] + part.get(tax, 0) for tax in given}
    assert given == {"GST": 500, "QST": 998}
    after = dict(Account.objects.values_list("code", "balance_minor"))
    assert {code: after[code] for code in before} == before
    for line in SaleLine.objects.filter(payment=paid):
        back = RefundLine.objects.filter(sale_line=line)
        assert sum(each.net_minor for each in back) == line.net_minor
        assert sum(each.tax_minor for each in back) == line.tax_minor


def test_a_branch_elsewhere_sells_at_its_own_rate(shop: Shop) -> None:
    west = shop.merchant.branches.create(
        name="West", street="1 Ocean Av", city="Los Angeles", country="US", region="US-CA",
        time_zone="America/Los_Angeles",
    )  # fmt: skip
    put(shop, "SALES", "9.75", place="US-CA")
    ann = make_person(funds={"USD": 50_000})
    code = make_one_time_code(shop, 10_000)
    code.branch, code.till = west, None
    code.save()
    there = pay(code, ann)
    here = pay(make_one_time_code(shop, 10_000), ann)
    settle_all()
    assert (there.tax_minor, here.tax_minor) == (975, 1_498)
    assert balance(f"merchant:{shop.merchant.pk}:USD:tax:US-CA:SALES:9.7500") == 975
