"""All, an amount, or lines: what a refund gives back of each, and pieces that add up to their line."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from payments.core.pricing import tip_line
from payments.core.refund_parts import TIP_LINE, LineBack, parts_back
from taxes.core.lines import PER_LINE, PricedLine, TaxedLine, work_out
from taxes.core.rates import TaxRate
from taxes.core.refunds import left_of

VAT = (TaxRate("VAT", Decimal(19)),)


def sold(*lines: tuple[int, int], tip: int = 0) -> tuple[TaxedLine, ...]:
    """Lines of (gross, pieces), and a tip."""
    priced = [
        PricedLine(f"thing {n}", "standard", gross, VAT, "", q) for n, (gross, q) in enumerate(lines, 1)
    ]
    return (*work_out(priced, inclusive=True, policy=PER_LINE).lines, tip_line(tip))


def gross(parts: tuple[TaxedLine, ...]) -> list[int]:
    return [part.gross_minor for part in parts]


SALE = sold((1190, 1), (1000, 3), tip=100)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [1190, 1000, 100]),
        ({"lines": [LineBack(1)]}, [1190, 0, 0]),
        ({"lines": [LineBack(TIP_LINE)]}, [0, 0, 100]),
        ({"lines": [LineBack(2, 10), LineBack(1)]}, [1190, 10, 0]),
        ({"lines": [LineBack(2, quantity=1)]}, [0, 333, 0]),
        ({"lines": [LineBack(2, quantity=2)]}, [0, 667, 0]),
        ({"lines": [LineBack(2, quantity=3)]}, [0, 1000, 0]),
        ({"amount_minor": 229}, [119, 100, 10]),
    ],
)
def test_what_is_asked_for_goes_back(asked: dict[str, Any], expected: list[int]) -> None:
    assert gross(parts_back(SALE, SALE, **asked)) == expected


def test_the_receipt_names_the_pieces_that_went_back() -> None:
    assert parts_back(SALE, SALE, lines=[LineBack(2, quantity=2)])[1].quantity == 2
    assert parts_back(SALE, SALE, lines=[LineBack(2)])[1].quantity == 3


@pytest.mark.parametrize(
    ("asked", "code", "status"),
    [
        ({"lines": [LineBack(3)]}, "lines_invalid", 400),
        ({"lines": [LineBack(-1)]}, "lines_invalid", 400),
        ({"lines": [LineBack(1), LineBack(1, 5)]}, "lines_invalid", 400),
        ({"lines": [LineBack(1)], "amount_minor": 5}, "refund_contradiction", 400),
        ({"lines": [LineBack(2, quantity=0)]}, "quantity_invalid", 400),
        ({"lines": [LineBack(2, quantity=4)]}, "quantity_invalid", 400),
        ({"lines": [LineBack(2, 5, 1)]}, "quantity_invalid", 400),
        ({"lines": [LineBack(1, 0)]}, "amount_invalid", 400),
        ({"lines": [LineBack(1, 1191)]}, "refund_too_large", 409),
        ({"amount_minor": 2291}, "refund_too_large", 409),
    ],
)
def test_what_cannot_go_back_is_refused(asked: dict[str, Any], code: str, status: int) -> None:
    with pytest.raises(Refused) as no:
        parts_back(SALE, SALE, **asked)
    assert (no.value.code, no.value.status) == (code, status)


def test_a_line_that_is_gone_is_named() -> None:
    left = left_of(SALE, [parts_back(SALE, SALE, lines=[LineBack(1)])])
    with pytest.raises(Refused) as no:
        parts_back(SALE, left, lines=[LineBack(1)])
    assert (no.value.code, no.value.facts["line"]) == ("nothing_left_of_line", 1)
    with pytest.raises(Refused) as no:
        parts_back(SALE, left_of(SALE, [SALE]))
    assert no.value.code == "nothing_left"


@given(price=st.integers(1, 10**12), pieces=st.integers(1, 40), cuts=st.lists(st.integers(1, 5), max_size=40))
def test_pieces_one_by_one_are_the_line(price: int, pieces: int, cuts: list[int]) -> None:
    """Where a piece costs more than its rounding, all pieces in any portions bring back the whole line."""
    total = price * pieces + price % pieces
    sale = sold((total, pieces))
    left, rest, dear = sale, pieces, price >= pieces
    while rest:
        portion = min(cuts.pop() if cuts else 1, rest)
        try:
            left = left_of(left, [parts_back(sale, left, lines=[LineBack(1, quantity=portion)])])
        except Refused as no:
            # A piece of less than a unit is rounded up, and the last ones find nothing left.
            dear = price >= pieces or no.code == "quantity_invalid"
            break
        rest -= portion
    assert left[0].gross_minor == 0 or not dear


def test_a_piece_after_a_part_is_a_piece_not_all_the_rest() -> None:
    sale = sold((100, 2))
    left = left_of(sale, [parts_back(sale, sale, lines=[LineBack(1, 30)])])
    assert gross(parts_back(sale, left, lines=[LineBack(1, quantity=1)])) == [50, 0]
