"""What leaves to the bank, decided pure: order, sums, and that nothing but the merchant's own is taken."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from payments.core.payouts import (
    Order,
    Part,
    document,
    minimum,
    ordered,
    paid,
    returned,
    take,
    to_pay_out,
)
from wallets.core import chart

SHOP = UUID(int=7)
ACCOUNTS = (
    chart.payable(SHOP, "EUR"),
    chart.tips(SHOP, "EUR"),
    chart.tax(SHOP, "EUR", "DE", "VAT", "19.0000"),
    chart.tax(SHOP, "EUR", "DE", "VAT", "7.0000"),
    chart.split_due(SHOP, "EUR"),
)
WHEN = datetime(2026, 11, 22, tzinfo=UTC)
amounts = st.lists(st.integers(0, 10**9), min_size=len(ACCOUNTS), max_size=len(ACCOUNTS))


def parts(found: list[int]) -> list[Part]:
    return [Part(account, amount) for account, amount in zip(ACCOUNTS, found, strict=True)]


def order_of(taken: tuple[Part, ...]) -> Order:
    return Order(UUID(int=1), SHOP, "EUR", "sandbox", taken, "DE89 •••• 3000", "Morgenrot GmbH", WHEN)


@given(amounts, st.lists(st.integers(0, 10**9), min_size=2, max_size=2))
def test_only_what_is_the_merchants_to_take_and_in_its_order(found: list[int], fences: list[int]) -> None:
    stays = [
        Part(account, min(here, kept))
        for account, here, kept in zip(ACCOUNTS[2:4], found[2:4], fences, strict=True)
    ]
    free = to_pay_out(reversed(parts(found)), fenced=stays)
    kinds = [part.kind for part in free]
    assert set(kinds) <= {"payable", "tips", "tax"}
    assert kinds == sorted(kinds, key=["payable", "tips", "tax"].index)
    assert sum(part.amount_minor for part in free) == sum(found[:4]) - sum(
        part.amount_minor for part in stays
    )
    assert all(part.amount_minor > 0 for part in free)


@given(amounts, st.data())
def test_parts_sum_to_what_was_asked_and_never_exceed_what_is_there(
    found: list[int], data: st.DataObject
) -> None:
    free = to_pay_out(parts(found), fenced=())
    there = sum(part.amount_minor for part in free)
    if there < minimum("EUR"):
        with pytest.raises(Refused):
            take(free, "EUR", amount_minor=None)
        return
    wanted = data.draw(st.none() | st.integers(minimum("EUR"), there))
    taken = take(free, "EUR", amount_minor=wanted)
    assert sum(part.amount_minor for part in taken) == (there if wanted is None else wanted)
    have = {part.account: part.amount_minor for part in free}
    assert all(0 < part.amount_minor <= have[part.account] for part in taken)
    # Sales first: nothing is taken from a later account before an earlier one is empty.
    assert [part.account for part in taken] == [part.account for part in free[: len(taken)]]
    assert all(part.amount_minor == have[part.account] for part in taken[:-1])


@given(amounts)
def test_paid_or_returned_the_transit_is_empty_and_a_return_puts_back_just_what_was_taken(
    found: list[int],
) -> None:
    free = to_pay_out(parts(found), fenced=())
    if sum(part.amount_minor for part in free) < minimum("EUR"):
        return
    order = order_of(take(free, "EUR", amount_minor=None))
    first = ordered(order, journal=UUID(int=2), sha256=b"x" * 32)
    back = returned(order, journal=UUID(int=3), happened_at=WHEN)
    assert {leg.account: -leg.amount_minor for leg in first.legs} == {
        leg.account: leg.amount_minor for leg in back.legs
    }
    there = paid(order, journal=UUID(int=4), happened_at=WHEN)
    assert [leg.amount_minor for leg in there.legs] == [-order.amount_minor, order.amount_minor]
    assert len({first.reference, back.reference, there.reference}) == 3


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (0, "amount_invalid"),
        (-1, "amount_invalid"),
        (99, "payout_below_minimum"),
        (501, "payout_too_large"),
    ],
)
def test_refusals(amount: int, code: str) -> None:
    with pytest.raises(Refused, match=code):
        take([Part(ACCOUNTS[0], 500)], "EUR", amount_minor=amount)


def test_nothing_there() -> None:
    with pytest.raises(Refused, match="nothing_to_pay_out"):
        take([], "EUR", amount_minor=None)


@pytest.mark.parametrize(("currency", "least"), [("EUR", 100), ("JPY", 100), ("VND", 20_000), ("KWD", 1000)])
def test_minimum(currency: str, least: int) -> None:
    assert minimum(currency) == least


def test_the_paper_is_canonical_and_shows_no_whole_account_number() -> None:
    order = order_of((Part(ACCOUNTS[0], 994), Part(ACCOUNTS[1], 100)))
    text = document(order)
    assert text == document(order)
    assert '"amount_minor":1094' in text
    assert "DE89 •••• 3000" in text
    assert " " not in text.replace("DE89 •••• 3000", "").replace("Morgenrot GmbH", "")
