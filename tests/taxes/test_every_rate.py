"""Every rate of the table, in every way of pricing: net + tax = gross, by one rounding half up."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from base.core.errors import Refused
from taxes.core.lines import PER_LINE, PER_RATE_TOTAL, POLICIES, PricedLine, work_out
from taxes.core.rates import OWN_ONLY, DatedRate, TaxRate
from taxes.core.rounding import factors
from taxes.queries import RATE_TABLE, taxes_on
from wallets.core.money import parse_amount

# One minor unit, halves, a shelf's prices in money of 0, 2 and 3 decimals, a nine that carries, and 10^12.
AMOUNTS = [
    0, 1, 2, 3, 7, 50, 99, 100, parse_amount("11.90", "EUR"), parse_amount("19935.66", "EUR"),
    parse_amount("35000", "VND"), parse_amount("12.345", "KWD"), 999_999_999, 10**12 - 1, 10**12,
]  # fmt: skip
CHARGED = [row for row in RATE_TABLE if row.category not in (OWN_ONLY, "zero")]


def half_up(amount: Fraction) -> int:
    return (amount + Fraction(1, 2)).__floor__()


def taxes_of(row: DatedRate, on: date) -> tuple[TaxRate, ...]:
    return taxes_on(country=row.country, region=row.region, category=row.category, on=on).taxes


def test_there_is_a_rate_for_each_place_that_was_asked_for() -> None:
    """The EU, UK, CH, NO, and the national standard rates of twelve more; states of the US inform only."""
    eu = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
    others = ["GB", "CH", "NO", "AU", "CA", "CN", "IN", "JP", "MX", "NZ", "SG", "TH", "TR", "VN"]
    sold = {row.country for row in CHARGED if row.category == "standard"}
    assert {*eu.split(), *others} <= sold
    assert {row.country for row in RATE_TABLE} - sold == {"BR", "US"}
    states = [row for row in RATE_TABLE if row.country == "US"]
    assert len(states) == 46
    assert all("state part only, enter your own" in row.source for row in states)
    assert {row.category for row in states} == {OWN_ONLY}


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("inclusive", [True, False])
def test_every_rate_on_its_first_and_last_day(policy: str, inclusive: bool) -> None:
    seen = set()
    for row in CHARGED:
        last = date.fromordinal(row.valid_to.toordinal() - 1) if row.valid_to else row.valid_from
        for on in (row.valid_from, last):
            taxes = taxes_of(row, on)
            assert row.tax in {tax.tax for tax in taxes}
            seen.add(taxes)
    assert {tax.rate for taxes in seen for tax in taxes} == {row.rate for row in CHARGED}
    for taxes in seen:
        whole = sum(factors(taxes), Fraction(0))
        for amount in AMOUNTS:
            sale = work_out(
                [PricedLine("x", "standard", amount, taxes)] * 2, inclusive=inclusive, policy=policy
            )
            for line in sale.lines:
                assert line.net_minor + line.tax_minor == line.gross_minor
                assert (line.gross_minor if inclusive else line.net_minor) == amount
                assert min(line.net_minor, *(tax.amount_minor for tax in line.taxes)) >= 0
            assert sale.net_minor + sale.tax_minor == sale.gross_minor
            pieces = [amount, amount] if policy == PER_LINE else [2 * amount]
            if inclusive:
                exact = sum(half_up(piece * whole / (1 + whole)) for piece in pieces)
            else:
                exact = sum(half_up(piece * factor) for piece in pieces for factor in factors(taxes))
            assert sale.tax_minor == exact, (taxes, amount)


@pytest.mark.parametrize("policy", [PER_LINE, PER_RATE_TOTAL])
def test_two_of_379_at_21_percent_stay_758(policy: str) -> None:
    """The golden case with its pieces: on top, and taken out of the price."""
    vat = (TaxRate("VAT", Decimal(21)),)
    two = PricedLine("Chair", "standard", 2 * parse_amount("379.00", "EUR"), vat, quantity=2)
    inside = work_out([two], inclusive=True, policy=policy)
    assert (inside.gross_minor, inside.tax_minor) == (75_800, 13_155)
    on_top = work_out([two], inclusive=False, policy=policy)
    assert (on_top.net_minor, on_top.tax_minor, on_top.gross_minor) == (75_800, 15_918, 91_718)


def test_germanys_restaurants_and_viet_nams_eight_percent_in_money() -> None:
    """What a plate of 11.90 carries on the two sides of a change."""

    def tax(country: str, category: str, on: date, amount: int) -> int:
        taxes = taxes_on(country=country, category=category, on=on).taxes
        return work_out([PricedLine("x", category, amount, taxes)], inclusive=True, policy=PER_LINE).tax_minor

    assert tax("DE", "restaurant_food", date(2025, 12, 31), 1_190) == 190
    assert tax("DE", "restaurant_food", date(2026, 1, 1), 1_190) == 78
    assert tax("VN", "temporary_reduced", date(2026, 12, 31), 40_000) == 2_963
    assert tax("VN", "temporary_reduced", date(2027, 1, 1), 40_000) == 3_636
    assert tax("VN", "standard", date(2026, 12, 31), 40_000) == 3_636
    with pytest.raises(Refused, match="No rate of this category"):
        tax("TH", "standard", date(2026, 10, 1), 100)
