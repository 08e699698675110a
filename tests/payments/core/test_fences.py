"""Which tax stays: by place, never more than stands there, and what was kept only until it is released."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from payments.core.fences import Fence, fenced, still_kept
from payments.core.payouts import Part, to_pay_out
from wallets.core import chart

SHOP = UUID(int=7)
FOOD = chart.tax(SHOP, "USD", "US-TX", "SALES", "8.2500")
GERMAN = chart.tax(SHOP, "USD", "DE", "VAT", "19.0000")
REDUCED = chart.tax(SHOP, "USD", "DE", "VAT", "7.0000")
ACCOUNTS = (chart.payable(SHOP, "USD"), chart.tips(SHOP, "USD"), FOOD, GERMAN, REDUCED)
amounts = st.integers(0, 10**9)


def parts(found: list[int]) -> list[Part]:
    return [Part(account, amount) for account, amount in zip(ACCOUNTS, found, strict=True)]


def test_the_fence_of_one_place_leaves_the_other_free() -> None:
    stays = fenced(parts([5, 4, 3, 2, 1]), {"US-TX": Fence(all_of_it=True)})
    assert stays == (Part(FOOD, 3),)
    free = to_pay_out(parts([5, 4, 3, 2, 1]), fenced=stays)
    assert sorted((part.account.code, part.amount_minor) for part in free) == sorted(
        (account.code, amount)
        for account, amount in zip((*ACCOUNTS[:2], GERMAN, REDUCED), (5, 4, 2, 1), strict=True)
    )


def test_a_place_without_a_rule_keeps_nothing() -> None:
    assert fenced(parts([5, 4, 3, 2, 1]), {}) == ()


@given(st.lists(amounts, min_size=5, max_size=5), amounts, amounts, amounts)
def test_what_was_kept_stays_until_it_is_released(
    found: list[int], kept: int, released: int, other: int
) -> None:
    left = still_kept({GERMAN.code: kept, REDUCED.code: other}, {GERMAN.code: released})
    stays = {part.account: part.amount_minor for part in fenced(parts(found), {"DE": Fence(False, left)})}
    assert stays.get(GERMAN, 0) == min(found[3], max(0, kept - released))
    assert stays.get(REDUCED, 0) == min(found[4], other)
    assert set(stays) <= {GERMAN, REDUCED}
    assert all(amount > 0 for amount in stays.values())
