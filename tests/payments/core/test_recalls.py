"""What a refund needs back, decided pure: just the lack, from the right source, and balanced always."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from payments.core.recalls import Remitted, recall
from wallets.core import chart
from wallets.core.ledger import Draft, legs

SHOP, PAYER, WHEN = UUID(int=7), UUID(int=8), datetime(2026, 11, 22, tzinfo=UTC)
PAYABLE, TIPS = chart.payable(SHOP, "EUR"), chart.tips(SHOP, "EUR")
TAXES = (
    chart.tax(SHOP, "EUR", "DE", "VAT", "19.0000"),
    chart.tax(SHOP, "EUR", "DE", "VAT", "7.0000"),
    chart.tax(SHOP, "EUR", "AT", "VAT", "20.0000"),
)
CLAIMS = {place: chart.tax_claim(SHOP, "EUR", place) for place in ("DE", "AT")}
amounts = st.integers(0, 10**6)


def refund_of(net: int, tip: int, taxes: list[int]) -> Draft:
    gives = [(PAYABLE, -net), (TIPS, -tip), *zip(TAXES, [-tax for tax in taxes], strict=True)]
    back = -sum(amount for _, amount in gives)
    return Draft(
        id=UUID(int=1),
        reference=f"refund:{UUID(int=2)}",
        kind="refund",
        happened_at=WHEN,
        shard_key=SHOP,
        legs=legs((chart.customer(PAYER, "EUR"), back), *gives),
        document_sha256=b"r" * 32,
    )


three = st.lists(amounts, min_size=3, max_size=3)


@given(st.integers(1, 10**6), amounts, three, three, amounts, amounts, three, amounts)
def test_the_refund_can_be_posted_after_it_and_nothing_is_left_over(
    net: int, tip: int, taxes: list[int], there: list[int], tips: int, payable: int,
    remitted: list[int], claimed: int,
) -> None:  # fmt: skip
    draft = refund_of(net, tip, taxes)
    free = {PAYABLE: payable, TIPS: tips, **dict(zip(TAXES, there, strict=True))}
    sent = {account.code: amount for account, amount in zip(TAXES, remitted, strict=True)}
    claimed = min(claimed, remitted[0] + remitted[1])
    lack = sum(max(0, tax - stands) for tax, stands in zip(taxes, there, strict=True)) + max(0, tip - tips)
    act = partial(recall, draft, free=free, remitted=Remitted(sent, {"DE": claimed}), journal=UUID(int=3))
    # The most and the least that authorities can give back of this lack.
    if payable < net + lack - sum(remitted) or (not any(remitted) and payable < net + lack):
        with pytest.raises(Refused, match="shop_balance_too_low"):
            act()
        return
    if payable < net + lack and any(remitted):
        return  # it depends on which account was remitted: the examples below say it
    made = act()
    if made is None:
        assert lack == 0
        return
    moved = {leg.account: leg.amount_minor for leg in made.legs}
    assert sum(moved.values()) == 0
    for leg in draft.legs:
        if leg.amount_minor < 0:
            assert free[leg.account] + moved.get(leg.account, 0) + leg.amount_minor >= 0
    filled = {account: amount for account, amount in moved.items() if amount > 0}
    assert sum(filled.values()) == lack
    assert set(filled) <= {*TAXES, TIPS}
    # No more is claimed from an authority than it has, and not for another place.
    from_de, from_at = -moved.get(CLAIMS["DE"], 0), -moved.get(CLAIMS["AT"], 0)
    assert 0 <= from_de <= min(remitted[0] + remitted[1] - claimed, sum(filled.get(t, 0) for t in TAXES[:2]))
    assert 0 <= from_at <= min(remitted[2], filled.get(TAXES[2], 0))
    assert (made.reference, made.kind) == (f"recall:{UUID(int=2)}", "recall")
    assert (made.document_sha256, made.happened_at, made.shard_key) == (b"r" * 32, WHEN, SHOP)


def test_what_was_remitted_is_claimed_first_and_only_the_rest_comes_out_of_the_sales() -> None:
    draft = refund_of(1000, 100, [190, 0, 0])
    made = recall(draft, free={PAYABLE: 1210}, remitted=Remitted({TAXES[0].code: 80}), journal=UUID(int=3))
    assert made is not None
    assert {leg.account: leg.amount_minor for leg in made.legs} == {
        PAYABLE: -210,
        CLAIMS["DE"]: -80,
        TAXES[0]: 190,
        TIPS: 100,
    }


def test_one_cent_too_little_is_refused() -> None:
    draft = refund_of(1000, 0, [190, 0, 0])
    assert recall(draft, free={PAYABLE: 1190}, remitted=Remitted(), journal=UUID(int=3)) is not None
    with pytest.raises(Refused, match="shop_balance_too_low"):
        recall(draft, free={PAYABLE: 1189}, remitted=Remitted(), journal=UUID(int=3))


def test_where_nothing_lacks_there_is_no_recall() -> None:
    draft = refund_of(1000, 100, [190, 0, 0])
    free = {PAYABLE: 1000, TIPS: 100, TAXES[0]: 190}
    assert recall(draft, free=free, remitted=Remitted({TAXES[0].code: 80}), journal=UUID(int=3)) is None
