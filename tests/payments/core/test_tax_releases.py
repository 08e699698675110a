"""Releases decided pure: sums, order, bounds, and both ways out balance."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from payments.core.payouts import Part
from payments.core.tax_releases import AUTHORITY, PAYABLE, Release, document, released, take, within
from wallets.core import chart

SHOP, WHEN = UUID(int=7), datetime(2026, 11, 22, tzinfo=UTC)
TAXES = tuple(chart.tax(SHOP, "EUR", "DE", "VAT", f"{rate}.0000") for rate in (19, 7))
amounts = st.lists(st.integers(1, 10**9), min_size=2, max_size=2)


def parts(found: list[int]) -> tuple[Part, ...]:
    return tuple(Part(account, amount) for account, amount in zip(TAXES, found, strict=True))


def release(taken: tuple[Part, ...], to: str = PAYABLE, claim_minor: int = 0) -> Release:
    return Release(UUID(int=1), SHOP, "DE", "EUR", to, taken, WHEN, claim_minor=claim_minor)


@given(amounts, st.data())
def test_parts_sum_to_what_was_asked(found: list[int], data: st.DataObject) -> None:
    wanted = data.draw(st.none() | st.integers(1, sum(found)))
    taken = take(parts(found), "EUR", amount_minor=wanted)
    assert sum(part.amount_minor for part in taken) == (sum(found) if wanted is None else wanted)
    assert all(0 < part.amount_minor <= found[TAXES.index(part.account)] for part in taken)
    assert all(part.amount_minor == here for part, here in zip(taken[:-1], found, strict=False))
    with pytest.raises(Refused, match="release_too_large"):
        take(parts(found), "EUR", amount_minor=sum(found) + 1)


@given(amounts, st.lists(st.integers(0, 10**9), min_size=2, max_size=2))
def test_of_a_period_no_more_than_came_in_before_its_end(found: list[int], before: list[int]) -> None:
    limits = {account.code: amount for account, amount in zip(TAXES, before, strict=True)}
    there = {part.account: part.amount_minor for part in within(parts(found), limits)}
    for account, here, limit in zip(TAXES, found, before, strict=True):
        assert there.get(account, 0) == min(here, limit)
    assert within(parts(found), None) == parts(found)
    assert within(parts(found), {}) == ()


@given(amounts, st.integers(0, 3 * 10**9))
def test_a_remittance_nets_the_claim_and_never_more(found: list[int], claim: int) -> None:
    one = release(parts(found), AUTHORITY, claim)
    moved = {
        leg.account: leg.amount_minor for leg in released(one, journal=UUID(int=2), sha256=b"x" * 32).legs
    }
    netted = moved.get(chart.tax_claim(SHOP, "EUR", "DE"), 0)
    assert netted == min(claim, sum(found))
    assert moved.get(chart.authority("EUR", "DE"), 0) == sum(found) - netted
    assert sum(moved.values()) == 0


@given(amounts)
def test_a_release_gives_all_of_it_to_the_sales(found: list[int]) -> None:
    draft = released(release(parts(found), claim_minor=5), journal=UUID(int=2), sha256=b"x" * 32)
    moved = {leg.account: leg.amount_minor for leg in draft.legs}
    assert moved.pop(chart.payable(SHOP, "EUR")) == sum(found)
    assert moved == {account: -amount for account, amount in zip(TAXES, found, strict=True)}
    assert (draft.reference, draft.document_sha256) == (f"tax_release:{UUID(int=1)}", b"x" * 32)


def test_the_paper_is_canonical() -> None:
    text = document(release(parts([190, 70])))
    assert text == document(release(parts([190, 70])))
    assert " " not in text
    assert '"amount_minor":260' in text


@pytest.mark.parametrize("amount", [0, -1])
def test_amounts_that_are_none(amount: int) -> None:
    with pytest.raises(Refused, match="amount_invalid"):
        take(parts([1, 1]), "EUR", amount_minor=amount)


def test_nothing_there() -> None:
    with pytest.raises(Refused, match="nothing_to_release"):
        take((), "EUR", amount_minor=None)
