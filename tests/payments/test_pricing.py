"""From what was asked for to stored lines and back, without losing a cent or a word."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from payments.core.pricing import lines_of, parts_of, price_lines, price_open, tip_line
from taxes.core.lines import POLICIES, TaxedSale, total_up
from taxes.core.rates import TaxRate, Treatment
from tests.payments.sales import sales

VAT = Treatment((TaxRate("VAT", Decimal(19)),))
BOTH = Treatment((TaxRate("GST", Decimal(5)), TaxRate("PST", Decimal(7))))
FREE = Treatment(zero_reason="exempt")


@given(sales())
def test_stored_parts_come_back_as_the_lines_they_were(sale: TaxedSale) -> None:
    assert lines_of(parts_of(sale.lines)) == sale.lines


@given(sales())
def test_stored_parts_add_up_to_the_sale(sale: TaxedSale) -> None:
    stored = parts_of(sale.lines)
    assert sum(part.net_minor for part in stored) == sale.net_minor
    assert sum(part.tax_minor for part in stored) == sale.tax_minor
    assert all(bool(part.tax) is not bool(part.zero_reason) for part in stored)
    again = total_up(lines_of(stored))
    assert (again.totals, again.untaxed, again.gross_minor) == (sale.totals, sale.untaxed, sale.gross_minor)


@given(st.integers(1, 10**9), st.sampled_from([VAT, BOTH, FREE]), st.sampled_from(POLICIES))
def test_what_a_payer_types_is_what_the_payer_pays(amount: int, treatment: Treatment, policy: str) -> None:
    sale = price_open(amount, "Coffee", "standard", treatment, policy)
    assert sale.gross_minor == amount
    assert (sale.lines[0].description, sale.lines[0].category) == ("Coffee", "standard")


def test_an_order_is_priced_as_the_shop_prices() -> None:
    lines = [
        {"description": "Desk", "category": "a", "amount_minor": 1000, "quantity": 2},
        {"description": "Book", "category": "b", "amount_minor": 500},
    ]
    treatments = {"a": VAT, "b": FREE}
    gross = price_lines(lines, treatments, inclusive=True, policy="per_line")
    net = price_lines(lines, treatments, inclusive=False, policy="per_line")
    assert (gross.gross_minor, gross.tax_minor) == (1500, 160)
    assert (net.gross_minor, net.tax_minor) == (1690, 190)
    assert [line.quantity for line in net.lines] == [2, 1]
    assert [line.zero_reason for line in net.lines] == ["", "exempt"]


def test_further_taxes_of_a_line_carry_no_net() -> None:
    stored = parts_of(price_open(1120, "Coffee", "standard", BOTH, "per_line").lines)
    assert [(part.tax, part.net_minor, part.tax_minor) for part in stored] == [
        ("GST", 1000, 50),
        ("PST", 0, 70),
    ]


def test_a_tip_is_a_line_outside_the_scope_of_tax() -> None:
    line = tip_line(100)
    assert (line.net_minor, line.tax_minor, line.gross_minor) == (100, 0, 100)
    assert (line.category, line.zero_reason) == ("tip", "outside_scope")
