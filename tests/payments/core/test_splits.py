"""Parts of a sale, pure: together they are the whole, and each is as near to its share as cents allow."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from merchants.core.shares import WHOLE_PPM, Promise, check_together, read_percent, show_percent
from payments.core.splits import Rule, shared, split

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
shares = st.lists(st.integers(1, WHOLE_PPM), max_size=8).map(
    lambda found: [ppm for n, ppm in enumerate(found) if sum(found[: n + 1]) <= WHOLE_PPM]
)


def rules(found: list[int]) -> list[Rule]:
    return [Rule(UUID(int=n + 1), UUID(int=100 + n), ppm) for n, ppm in enumerate(found)]


def test_the_example_of_the_ledgers_page() -> None:
    (part,) = split(994, rules([300_000]))
    assert part.amount_minor == 298
    assert split(994, []) == ()


@given(st.integers(0, 10**12), shares)
def test_parts_are_near_their_share_and_never_more_than_the_whole(net: int, found: list[int]) -> None:
    parts = split(net, rules(found))
    assert sum(part.amount_minor for part in parts) <= net
    assert all(part.amount_minor > 0 for part in parts)
    got = {part.rule: part.amount_minor for part in parts}
    for rule in rules(found):
        assert abs(got.get(rule.rule, 0) * WHOLE_PPM - net * rule.share_ppm) < WHOLE_PPM
    if sum(found) == WHOLE_PPM:
        assert sum(got.values()) == net


@given(st.integers(0, 10**12), st.integers(1, WHOLE_PPM - 1))
def test_two_who_share_all_share_all(net: int, first: int) -> None:
    assert sum(part.amount_minor for part in split(net, rules([first, WHOLE_PPM - first]))) == net


@given(st.integers(0, 10**9), shares)
def test_the_same_sale_is_always_split_the_same_way(net: int, found: list[int]) -> None:
    assert split(net, rules(found)) == split(net, rules(found))


def test_the_journal_moves_one_part_under_its_own_reference() -> None:
    when = datetime(2026, 11, 22, tzinfo=UTC)
    one, two, share = UUID(int=1), UUID(int=2), UUID(int=3)
    draft = shared(
        share=share,
        journal=UUID(int=4),
        seller=one,
        partner=two,
        currency="EUR",
        amount_minor=298,
        happened_at=when,
    )
    assert (draft.reference, draft.kind, draft.shard_key) == (f"share:{share}", "share", two)
    assert [(leg.account.kind, leg.account.shard_key, leg.amount_minor) for leg in draft.legs] == [
        ("split_due", one, -298),
        ("payable", two, 298),
    ]


@pytest.mark.parametrize(
    ("text", "ppm"), [("30", 300_000), ("12.5", 125_000), ("0,0001", 1), ("100", WHOLE_PPM), (" 7 ", 70_000)]
)
def test_percent_is_read(text: str, ppm: int) -> None:
    assert read_percent(text) == ppm


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "100.1", "101", "1e1", "NaN", "３０", "1.23456", "1 000", "+5"]
)
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="share_invalid"):
        read_percent(text)


@given(st.integers(1, WHOLE_PPM))
def test_percent_is_shown_as_it_is_read(ppm: int) -> None:
    assert read_percent(show_percent(ppm).removesuffix(" %")) == ppm


def test_no_more_than_everything_is_promised() -> None:
    first, second = Promise(600_000, MONDAY), Promise(400_000, MONDAY, TUESDAY)
    check_together([first, second, Promise(400_000, TUESDAY)])
    with pytest.raises(Refused, match="shares_above_whole"):
        check_together([first, second, Promise(1, MONDAY, TUESDAY)])


promises = st.builds(
    Promise,
    st.integers(1, WHOLE_PPM),
    st.dates(MONDAY, MONDAY + timedelta(days=9)),
    st.none() | st.dates(MONDAY, MONDAY + timedelta(days=12)),
)


@given(st.lists(promises, max_size=6))
def test_every_day_is_looked_at(found: list[Promise]) -> None:
    days = [MONDAY + timedelta(days=n) for n in range(14)]
    too_much = any(sum(p.share_ppm for p in found if p.counts_on(day)) > WHOLE_PPM for day in days)
    if too_much:
        with pytest.raises(Refused):
            check_together(found)
    else:
        check_together(found)
