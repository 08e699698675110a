"""The lines of a basket: the sum is kept, no line is below zero or above its price, the discount is fair."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from payments.core.basket import Discount, Entry, order_lines, read_discount
from payments.core.pricing import price_lines
from taxes.core.lines import POLICIES
from taxes.core.rates import TaxRate, Treatment
from wallets.core.money import PPM

ENTRIES = st.lists(
    st.builds(
        Entry,
        st.just("Cake"),
        st.sampled_from(["a", "b"]),
        st.integers(2, 10**7),
        st.integers(1, 999),
    ),
    min_size=1,
    max_size=50,
)
TREATMENTS = {
    "a": Treatment((TaxRate("VAT", Decimal(19)),)),
    "b": Treatment((TaxRate("VAT", Decimal(7)),)),
}


def amounts(entries: list[Entry]) -> list[int]:
    return [entry.unit_minor * entry.quantity for entry in entries]


@given(ENTRIES, st.data())
def test_an_amount_off_is_kept_to_the_cent(entries: list[Entry], data: st.DataObject) -> None:
    before = amounts(entries)
    off = data.draw(st.integers(0, sum(before) - 1))
    lines = order_lines(entries, Discount(amount_minor=off), currency="EUR")
    after = [line["amount_minor"] for line in lines]
    assert sum(after) == sum(before) - off
    assert all(0 <= left <= was for left, was in zip(after, before, strict=True))
    assert [line.get("discount_minor", 0) for line in lines] == [
        was - left for left, was in zip(after, before, strict=True)
    ]
    # By the largest remainder: nobody's share is a whole unit away from its exact one.
    assert all(
        abs((was - left) * sum(before) - off * was) < sum(before)
        for left, was in zip(after, before, strict=True)
    )
    assert [line.get("quantity", 1) for line in lines] == [entry.quantity for entry in entries]


@given(ENTRIES, st.integers(1, PPM // 2))
def test_a_part_off_is_the_part_of_the_sum(entries: list[Entry], ppm: int) -> None:
    before = sum(amounts(entries))
    after = sum(line["amount_minor"] for line in order_lines(entries, Discount(ppm=ppm), currency="EUR"))
    assert abs((before - after) * PPM - before * ppm) * 2 <= PPM


@given(ENTRIES, st.integers(1, PPM // 2), st.booleans(), st.sampled_from(POLICIES))
def test_the_tax_of_a_discounted_order_foots(
    entries: list[Entry], ppm: int, inclusive: bool, policy: str
) -> None:
    lines = order_lines(entries, Discount(ppm=ppm), currency="EUR")
    sale = price_lines(lines, TREATMENTS, inclusive=inclusive, policy=policy)
    asked = sum(line["amount_minor"] for line in lines)
    assert (sale.gross_minor if inclusive else sale.net_minor) == asked
    assert sale.net_minor + sale.tax_minor == sale.gross_minor
    assert sum(total.net_minor for total in sale.totals) == sale.net_minor


def test_a_line_says_its_pieces_and_what_was_taken_off() -> None:
    entries = [Entry("Cake", "b", 450, 2), Entry("Tea", "a", 200)]
    lines = order_lines(entries, Discount(ppm=100_000), currency="EUR")
    assert lines == [
        {"description": "Cake (−0.90)", "category": "b", "amount_minor": 810,
         "quantity": 2, "discount_minor": 90},
        {"description": "Tea (−0.20)", "category": "a", "amount_minor": 180, "discount_minor": 20},
    ]  # fmt: skip
    assert order_lines(entries[1:], Discount(), currency="EUR") == [
        {"description": "Tea", "category": "a", "amount_minor": 200}
    ]


@pytest.mark.parametrize(("off", "code"), [(201, "discount_too_large"), (200, "nothing_to_pay")])
def test_a_discount_leaves_something_to_pay(off: int, code: str) -> None:
    with pytest.raises(Refused) as no:
        order_lines([Entry("Tea", "a", 200)], Discount(amount_minor=off), currency="EUR")
    assert (no.value.code, no.value.facts["field"]) == (code, "discount")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", Discount()),
        ("10 %", Discount(ppm=100_000)),
        ("12,5%", Discount(ppm=125_000)),
        ("0.01%", Discount(ppm=100)),
        ("1.50", Discount(amount_minor=150)),
        ("2", Discount(amount_minor=200)),
    ],
)
def test_a_discount_is_a_part_or_an_amount(text: str, found: Discount) -> None:
    assert read_discount(text, "EUR") == found


@pytest.mark.parametrize(
    "text", ["0 %", "100 %", "-1", "10 % 5", "%", "ten", "1.999", "１0 %", "1.234%", "0"]
)
def test_what_is_no_discount_is_told(text: str) -> None:
    with pytest.raises(Refused, match="discount_invalid"):
        read_discount(text, "EUR")


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        found = read_discount(text, "EUR")
    except Refused:
        return
    assert not (found.ppm and found.amount_minor) and 0 <= found.ppm < PPM
