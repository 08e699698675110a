"""Payouts, partners' parts and shares in the file: each a row, and the whole still foots to the ledger."""

from decimal import Decimal

import pytest

from payments.flows.carry_payouts import carry_payouts
from payments.flows.pay_out import pay_out
from payments.flows.refund import refund
from payments.flows.share_out import share_out
from reports.core.periods import Period, month
from reports.queries.books import month_figures
from reports.queries.rows import COLUMN_NAMES
from reports.web.sheet import month_sheet
from tests.factories import Shop, make_one_time_code, make_person, pay, settle_all
from tests.payments.payouts.partners import pair
from tests.payments.payouts.stage import PAID_IBAN, RETURNED_IBAN, with_account
from tests.reports.conftest import NOVEMBER, on
from tests.reports.reading import read_csv, rows_text, totals_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shops() -> tuple[Shop, Shop]:
    """A split sale and its half refund, a payout that arrived, one that came back, and the partner's part."""
    shop, partner = pair()
    payer = make_person(funds={"EUR": 20_000})
    sale = pay(make_one_time_code(shop, 1190), payer, tip_minor=100, happened_at=on(3))
    pay(make_one_time_code(shop, 1190), payer, happened_at=on(4))
    settle_all()
    share_out()
    refund(actor=shop.owner, payment_id=sale.pk, key="half", amount_minor=645, happened_at=on(5))
    for iban, day in ((PAID_IBAN, 6), (RETURNED_IBAN, 7)):
        with_account(shop, iban)
        pay_out(
            actor=shop.owner,
            merchant_id=shop.merchant.pk,
            key=iban,
            amount_minor=600 if day == 6 else None,
            happened_at=on(day),
        )
        carry_payouts()
    return shop, partner


def file_of(shop: Shop, period: Period = NOVEMBER) -> list[dict[str, str]]:
    header = ",".join(COLUMN_NAMES).encode()
    return read_csv(header + b"\r\n" + rows_text(shop.merchant.pk, period).replace(b"\n", b"\r\n"))


def test_each_has_its_row_and_all_of_them_foot(shops: tuple[Shop, Shop]) -> None:
    shop, _ = shops
    rows = file_of(shop)
    by_kind = {row["kind"]: row for row in rows}
    # The return happens now, whatever day the order was.
    assert {"sale", "tip", "fee", "split", "refund", "refund_tip", "payout"} <= set(by_kind)
    figures = month_figures(shop.merchant, NOVEMBER)
    assert figures.differences == []
    assert totals_in(rows) == figures.totals.columns
    assert figures.totals.columns["split"] == {"EUR": -2 * 298}
    out = by_kind["payout"]
    assert (out["branch"], out["till"], out["payment_id"], out["tax"]) == ("", "", "", "")
    assert (out["method"], out["in_person"], out["zero_reason"]) == ("bank", "", "outside_scope")
    assert (out["merchant"], out["tax_country"]) == (shop.merchant.legal_name, "DE")
    assert out["time_zone"] == "Europe/Berlin"
    assert (out["payer_amount"], out["payer_currency"]) == ("", "")
    split = by_kind["split"]
    assert (split["net"], split["description"], split["payer_amount"]) == ("-2.98", "Rent of the stall", "")
    assert len({row["row_id"] for row in rows}) == len(rows)


def test_tax_is_what_was_sold_whatever_was_paid_out(shops: tuple[Shop, Shop]) -> None:
    shop, _ = shops
    figures = month_figures(shop.merchant, NOVEMBER)
    assert figures.totals.columns["tax_amount"] == {"EUR": 190 - 95 + 190}
    (sheet,) = month_sheet(figures, "EUR").currencies
    payouts = [Decimal(row["net"]) for row in file_of(shop) if row["kind"].startswith("payout")]
    assert sheet.paid_out_minor == int(sum(payouts) * 100)
    assert sheet.due_minor == figures.totals.columns["gross"]["EUR"] - sheet.paid_out_minor


def test_what_came_back_takes_its_order_back(shops: tuple[Shop, Shop]) -> None:
    shop, _ = shops
    everything = [
        row
        for period in (NOVEMBER, month(2026, 12, "Europe/Berlin"))
        for row in file_of(shop, period)
        if row["kind"].startswith("payout")
    ]
    returned = [row for row in everything if row["kind"] == "payout_returned"]
    if returned:  # the return is booked by the database's clock
        (back,) = returned
        order = next(row for row in everything if row["journal_id"] == back["related_id"])
        assert Decimal(order["net"]) == -Decimal(back["net"])
    assert len([row for row in everything if row["kind"] == "payout"]) == 2


def test_the_partners_file_has_what_it_got_and_not_whose_customer_paid(shops: tuple[Shop, Shop]) -> None:
    _, partner = shops
    rows = file_of(partner)
    assert [(row["kind"], row["net"], row["payment_id"]) for row in rows] == [("share", "2.98", "")] * 2
    figures = month_figures(partner.merchant, NOVEMBER)
    assert (figures.differences, figures.totals.columns["net"]) == ([], {"EUR": 596})
