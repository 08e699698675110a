"""Releases, remittances and recalls move a merchant's own money: no row, and every month still foots."""

import pytest

from payments.flows.pay_out import pay_out
from payments.flows.refund import refund
from reports.flows.audit import audit
from reports.queries.books import month_figures
from tests.factories import make_one_time_code, make_person, make_shop, pay, settle_all
from tests.payments.payouts.stage import PAID_IBAN, released, set_mode, with_account
from tests.reports.conftest import NOVEMBER, on
from wallets.models import Journal

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_month_foots_with_all_of_them_in_it() -> None:
    shop, payer = make_shop(), make_person(funds={"EUR": 20_000})
    with_account(shop, PAID_IBAN)
    set_mode(shop, "ring_fence")
    sales = [pay(make_one_time_code(shop, 1190), payer, tip_minor=100, happened_at=on(day)) for day in (3, 4)]
    settle_all()
    released(shop, amount_minor=190, happened_at=on(5))
    released(shop, "authority", happened_at=on(6))
    pay_out(
        actor=shop.owner, merchant_id=shop.merchant.pk, key="k", amount_minor=1178 + 1000, happened_at=on(7)
    )
    pay(make_one_time_code(shop, 4000), payer, happened_at=on(9))
    settle_all()
    released(shop, happened_at=on(9))
    refund(actor=shop.owner, payment_id=sales[0].pk, key="b", happened_at=on(10))
    assert Journal.objects.filter(kind="recall").exists()
    figures = month_figures(shop.merchant, NOVEMBER)
    assert figures.differences == []
    # Tax is what was sold less what went back, whatever was released, remitted or recalled.
    assert figures.totals.columns["tax_amount"] == {"EUR": 190 + 639}
    assert figures.totals.columns["payout"] == {"EUR": -(1178 + 1000)}
    assert audit() == []
