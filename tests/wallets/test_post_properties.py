"""Whatever is posted, in whatever batches: balances are sums, chains have no gap, money is conserved."""

import uuid
from collections import Counter

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from base.core.errors import Refused
from tests.wallets.ledger import NOW, assert_refused, draft, raw_post
from wallets.checks import CHECKS
from wallets.core import chart
from wallets.core.chart import AccountName
from wallets.core.ledger import Capture, Draft, Leg, legs
from wallets.flows.hold import hold
from wallets.flows.post import post
from wallets.flows.release import release
from wallets.models import Account

CASH = {"EUR": chart.cash("EUR", "x"), "VND": chart.cash("VND", "x")}
PEOPLE = [chart.customer(uuid.UUID(int=n), currency) for n in (1, 2, 3) for currency in CASH]
# Two currencies, and the two ways round: from cash to a person and from one person to another.
WAYS: list[tuple[AccountName, AccountName | None]] = [
    (to, source)
    for to in PEOPLE
    for source in (None, *PEOPLE)
    if source is None or (source != to and source.currency == to.currency)
]
transfer = st.tuples(st.sampled_from(WAYS), st.integers(1, 40)).map(lambda move: (*move[0], move[1]))
# Checks that look at the ledger alone, not at what other tables say about it.
LEDGER_CHECKS = [name for name in CHECKS if name != "top_ups_booked"]


def moved(move: tuple[AccountName, AccountName | None, int]) -> Draft:
    to, source, amount = move
    return draft((source or CASH[to.currency], -amount), (to, amount))


def fits(one: Draft, model: Counter[str]) -> bool:
    """Post a draft to the model, unless a person of it would fall below zero."""
    after = model + Counter()
    after.update({code: amount for code, amount in model.items() if amount < 0})
    for leg in one.legs:
        after[leg.account.code] += leg.amount_minor
    if any(after[leg.account.code] < 0 for leg in one.legs if leg.account.guarded):
        return False
    model.clear()
    model.update(after)
    return True


def balances() -> Counter[str]:
    return Counter(dict(Account.objects.values_list("code", "balance_minor")))


def faults() -> list[str]:
    with connection.cursor() as cursor:
        return [name for name in LEDGER_CHECKS if CHECKS[name](cursor)]


class Batches(TestCase):
    """Each example in a transaction of its own."""

    @given(st.lists(st.lists(transfer, max_size=8), max_size=5))
    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    def test_a_batch_is_decided_as_if_posted_one_by_one(
        self, batches: list[list[tuple[AccountName, AccountName | None, int]]]
    ) -> None:
        model: Counter[str] = Counter()
        for batch in batches:
            drafts = [moved(move) for move in batch]
            short = {one.reference for one in drafts if not fits(one, model)}
            posted = post(journals=drafts)
            assert {reference for reference, found in posted.items() if found.refused} == short
            assert all(found.journal is None for found in posted.values() if found.refused)
            assert set(posted) == {one.reference for one in drafts}
        assert {code: amount for code, amount in balances().items() if amount} == {
            code: amount for code, amount in model.items() if amount
        }
        assert faults() == []

    @given(st.lists(st.tuples(st.integers(1, 400), st.sampled_from(["all", "part", "release", "keep"]))))
    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    def test_holds_end_as_told_and_never_promise_more_than_there_is(
        self, wanted: list[tuple[int, str]]
    ) -> None:
        ann, free, spent, held = PEOPLE[0], 1000, 0, 0
        post(journals=[draft((CASH[ann.currency], -1000), (ann, 1000))])
        for amount, end in wanted:
            payment = uuid.uuid4()
            if amount > free:
                with pytest.raises(Refused) as no:
                    hold(account=ann, amount_minor=amount, payment_id=payment)
                assert no.value.facts == {"missing_minor": amount - free}
                continue
            hold(account=ann, amount_minor=amount, payment_id=payment)
            if end in {"all", "part"}:
                taken = amount if end == "all" else (amount + 1) // 2
                pay_out = draft((ann, -taken), (CASH[ann.currency], taken), capture=Capture(payment, taken))
                post(journals=[pay_out])
                free, spent = free - taken, spent + taken
            elif end == "release":
                assert release(payments=[payment]) == 1
            else:
                free, held = free - amount, held + amount
        row = Account.objects.get(code=ann.code)
        assert (row.balance_minor, row.held_minor) == (1000 - spent, held)
        assert faults() == []


@given(st.lists(st.tuples(st.sampled_from(PEOPLE), st.integers(-5, 5)), max_size=6))
def test_legs_join_equal_accounts_and_leave_out_nothing_else(pairs: list[tuple[AccountName, int]]) -> None:
    built = legs(*pairs)
    sums: Counter[AccountName] = Counter()
    for account, amount in pairs:
        sums[account] += amount
    assert {leg.account: leg.amount_minor for leg in built} == {a: n for a, n in sums.items() if n}
    assert len({leg.account for leg in built}) == len(built)


@given(st.lists(st.builds(Leg, st.sampled_from(PEOPLE), st.integers(-3, 3)), max_size=4))
def test_only_a_balanced_draft_can_be_built(some: list[Leg]) -> None:
    sums: Counter[str] = Counter()
    for leg in some:
        sums[leg.account.currency] += leg.amount_minor
    right = len(some) >= 2 and all(leg.amount_minor for leg in some) and not any(sums.values())
    number = uuid.UUID(int=9)
    if right:
        assert Draft(number, f"test:{number}", "test", NOW, chart.PLATFORM, tuple(some)).legs == tuple(some)
    else:
        with pytest.raises(Refused, match=r"journal_|amount_zero|currency_mismatch"):
            Draft(number, f"test:{number}", "test", NOW, chart.PLATFORM, tuple(some))


@pytest.mark.django_db
def test_a_journal_without_entries_is_refused_by_the_database_too() -> None:
    with assert_refused("QT012"):
        raw_post(uuid.uuid4(), [])
