"""Refunds repeat the original terms: never above what is left of a rate, and together exactly the sale."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from taxes.core.lines import PER_LINE, POLICIES, PricedLine, TaxedLine, TaxedSale, total_up, work_out
from taxes.core.rates import TaxRate
from taxes.core.refunds import left_of, refund_each, refund_lines, refund_of
from tests.taxes.test_lines import line, policies, priced_lines, vat

TIP = TaxedLine("Tip", "tip", 100, 100, zero_reason="outside_scope")


def cells(lines):
    """Every amount that must never go below zero: (position, tax or net) → minor units."""
    found: dict[tuple[int, object], int] = {}
    for i, taxed in enumerate(lines):
        found[i, "net"] = taxed.net_minor
        found |= {(i, k): tax.amount_minor for k, tax in enumerate(taxed.taxes)}
    return found


@given(st.data(), priced_lines(), st.booleans(), policies)
def test_any_refunds_in_any_order_add_up_to_the_sale(data, lines, inclusive, policy):
    sale = work_out(lines, inclusive=inclusive, policy=policy)
    already: list[TaxedSale] = []
    for _ in range(6):
        rest = sale.gross_minor - sum(refund.gross_minor for refund in already)
        if rest == 0:
            break
        amount = data.draw(st.one_of(st.integers(1, rest), st.integers(1, min(rest, 3))))
        refund = refund_of(sale, already, amount)
        before = cells(left_of(sale.lines, [earlier.lines for earlier in already]))
        assert refund.gross_minor == amount == refund.net_minor + refund.tax_minor
        assert all(0 <= taken <= before[cell] for cell, taken in cells(refund.lines).items())
        already.append(refund)
    if rest := sale.gross_minor - sum(refund.gross_minor for refund in already):
        already.append(refund_of(sale, already, rest))
    assert all(amount == 0 for amount in cells(left_of(sale.lines, [r.lines for r in already])).values())
    for total in sale.totals:
        mine = [t for refund in already for t in refund.totals if (t.tax, t.rate) == (total.tax, total.rate)]
        assert sum(t.amount_minor for t in mine) == total.amount_minor
        assert sum(t.net_minor for t in mine) == total.net_minor


@given(st.data(), priced_lines(), st.booleans(), policies)
def test_a_partial_refund_keeps_the_share_of_each_rate(data, lines, inclusive, policy):
    """Two roundings stand between the exact share of a rate and what is refunded: less than two units."""
    sale = work_out(lines, inclusive=inclusive, policy=policy)
    if sale.gross_minor == 0:
        return
    amount = data.draw(st.integers(1, sale.gross_minor))
    refund = refund_of(sale, [], amount)
    sets = {priced.taxes for priced in lines}
    for taxes in sets:
        here = [i for i, priced in enumerate(lines) if priced.taxes == taxes]
        for k in range(len(taxes)):
            sold = sum(sale.lines[i].taxes[k].amount_minor for i in here)
            back = sum(refund.lines[i].taxes[k].amount_minor for i in here)
            assert abs(back * sale.gross_minor - sold * amount) < 2 * sale.gross_minor


@given(st.data(), priced_lines(), policies)
def test_a_refund_by_line_leaves_the_others_alone(data, lines, policy):
    sale = work_out(lines, inclusive=True, policy=policy)
    only = data.draw(st.sets(st.integers(0, len(lines) - 1), min_size=1))
    whole = sum(sale.lines[i].gross_minor for i in only)
    if whole == 0:
        return
    refund = refund_of(sale, [], whole, only=only)
    for i, back in enumerate(refund.lines):
        kept = sale.lines[i]
        expected = (kept.net_minor, kept.tax_minor, kept.gross_minor) if i in only else (0, 0, 0)
        assert (back.net_minor, back.tax_minor, back.gross_minor) == expected
    with pytest.raises(Refused) as no:
        refund_of(sale, [], whole + 1, only=only)
    assert no.value.code == "refund_too_large"


@given(st.data(), priced_lines(), st.booleans(), policies)
def test_lines_and_amounts_in_any_order_add_up_to_the_sale(data, lines, inclusive, policy):
    """By line, by part of a line and by amount, mixed: never above what is left, and all comes back."""
    sale = work_out(lines, inclusive=inclusive, policy=policy)
    left = sale.lines
    back: list[TaxedSale] = []
    for _ in range(6):
        open_lines = [i for i, line in enumerate(left) if line.gross_minor]
        if not open_lines:
            break
        if data.draw(st.booleans()):
            chosen = data.draw(st.sets(st.sampled_from(open_lines), min_size=1))
            amounts = {i: data.draw(st.integers(1, left[i].gross_minor)) for i in chosen}
            part = refund_each(left, amounts)
            assert {i: line.gross_minor for i, line in enumerate(part) if line.gross_minor} == amounts
        else:
            part = refund_lines(left, data.draw(st.integers(1, sum(line.gross_minor for line in left))))
        before = cells(left)
        assert all(0 <= taken <= before[cell] for cell, taken in cells(part).items())
        left = left_of(left, [part])
        back.append(total_up(part))
    if any(line.gross_minor for line in left):
        back.append(
            total_up(refund_each(left, {i: x.gross_minor for i, x in enumerate(left) if x.gross_minor}))
        )
    assert sum(part.gross_minor for part in back) == sale.gross_minor
    for total in sale.totals:
        mine = [t for part in back for t in part.totals if (t.tax, t.rate) == (total.tax, total.rate)]
        assert (sum(t.net_minor for t in mine), sum(t.amount_minor for t in mine)) == (
            total.net_minor,
            total.amount_minor,
        )


@pytest.mark.parametrize(
    ("amounts", "code"),
    [
        ({}, "amount_invalid"),
        ({0: 0}, "amount_invalid"),
        ({0: 1191}, "refund_too_large"),
        ({0: -1}, "amount_invalid"),
    ],
)
def test_of_a_line_no_more_than_is_left_and_no_less_than_one(amounts, code):
    sale = work_out([line(1190, *vat(19)), line(500, *vat(7))], inclusive=True, policy=PER_LINE)
    with pytest.raises(Refused) as no:
        refund_each(sale.lines, amounts)
    assert no.value.code == code
    if code == "refund_too_large":
        assert (no.value.facts["position"], no.value.facts["left_minor"]) == (0, 1190)


def test_the_ledgers_example():
    sale = work_out([line(1190, *vat(19))], inclusive=True, policy=PER_LINE)
    half = refund_of(sale, [], 595)
    assert (half.net_minor, half.tax_minor) == (500, 95)
    more = refund_of(sale, [half], 238)
    assert (more.net_minor, more.tax_minor) == (200, 38)
    assert left_of(sale.lines, [half.lines, more.lines])[0].gross_minor == 357


def test_a_full_refund_mirrors_the_sale():
    lines = [line(333, *vat(19)), line(1, *vat(7)), PricedLine("book", "exempt", 250, zero_reason="exempt")]
    for policy in POLICIES:
        sale = work_out(lines, inclusive=True, policy=policy)
        refund = refund_of(sale, [], sale.gross_minor)
        assert (refund.lines, refund.totals, refund.untaxed) == (sale.lines, sale.totals, sale.untaxed)


def test_a_half_cent_of_a_refund_is_tax():
    sale = work_out([line(2, TaxRate("VAT", Decimal(100)))], inclusive=True, policy=PER_LINE)
    assert (sale.net_minor, sale.tax_minor) == (1, 1)
    assert refund_of(sale, [], 1).tax_minor == 1


def test_a_tip_takes_its_share_when_it_is_a_line():
    goods = work_out([line(1190, *vat(19))], inclusive=True, policy=PER_LINE)
    sale = total_up([*goods.lines, TIP])
    back = refund_of(sale, [], 645)
    assert [taxed.gross_minor for taxed in back.lines] == [595, 50]
    assert back.untaxed[0].zero_reason == "outside_scope"


@pytest.mark.parametrize(
    ("amount", "code", "status"), [(0, "amount_invalid", 400), (-5, "amount_invalid", 400)]
)
def test_nothing_is_no_refund(amount, code, status):
    sale = work_out([line(1190, *vat(19))], inclusive=True, policy=PER_LINE)
    with pytest.raises(Refused) as no:
        refund_of(sale, [], amount)
    assert (no.value.code, no.value.status) == (code, status)


def test_more_than_is_left_is_refused_and_says_how_much_is():
    sale = work_out([line(1190, *vat(19))], inclusive=True, policy=PER_LINE)
    first = refund_of(sale, [], 1000)
    with pytest.raises(Refused) as no:
        refund_of(sale, [first], 191)
    assert (no.value.code, no.value.status, no.value.facts) == ("refund_too_large", 409, {"left_minor": 190})
    done = refund_of(sale, [first], 190)
    with pytest.raises(Refused):
        refund_of(sale, [first, done], 1)


def test_what_is_left_never_goes_below_zero():
    sale = work_out([line(1190, *vat(19))], inclusive=True, policy=PER_LINE)
    with pytest.raises(AssertionError, match="refunded more than was sold"):
        left_of(sale.lines, [sale.lines, refund_lines(sale.lines, 1)])


def test_a_refund_belongs_to_its_own_sale():
    one = work_out([line(1190, *vat(19))], inclusive=True, policy=PER_LINE)
    two = work_out([line(100, *vat(19)), line(200, *vat(7))], inclusive=True, policy=PER_LINE)
    with pytest.raises(ValueError, match="zip"):
        left_of(one.lines, [two.lines])
    other = work_out([line(10, *vat(7))], inclusive=True, policy=PER_LINE)
    with pytest.raises(AssertionError, match="another sale"):
        left_of(one.lines, [other.lines])
