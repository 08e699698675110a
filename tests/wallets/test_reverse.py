"""Reversals: a mirrored journal, once for ever, by operators alone; nothing is edited."""

import uuid
from collections.abc import Callable
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from base.models import AuditLine
from people.models import User
from tests.factories import balance, make_one_time_code, make_person, make_shop, pay, settle_all
from tests.wallets.orders import reverses, sends, withdraws
from wallets.core import chart
from wallets.core.ledger import check_legs
from wallets.core.reversal import REVERSIBLE, check_reversible, mirrored
from wallets.models import Entry, Journal, TopUp, Transfer
from wallets.queries import Other, journal_named, others_of


@pytest.fixture
def ann(db: None) -> User:
    return make_person(name="Ann", funds={"EUR": 10_000})


@pytest.fixture
def operator(db: None) -> User:
    return make_person(pin=None, is_staff=True)


def top_up_of(person: User) -> str:
    return f"top_up:{TopUp.objects.get(wallet__owner=person).pk}"


def own(person: User) -> int:
    return balance(f"customer:{person.wallet.pk}:EUR")


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as no:
        act()
    return no.value.code


def test_a_top_up_is_taken_back_and_its_order_shows_it(ann: User, operator: User) -> None:
    reference = top_up_of(ann)
    before = list(Entry.objects.order_by("journal", "line").values())
    made = reverses(operator, reference, reason=" Booked twice ")
    assert own(ann) == 0
    assert list(Entry.objects.exclude(journal=made).order_by("journal", "line").values()) == before
    original = Journal.objects.get(reference=reference)
    reversal = Journal.objects.get(pk=made)
    assert (reversal.reference, reversal.kind) == (f"reversal:{original.pk}", "reversal")
    row = TopUp.objects.get(wallet__owner=ann)
    assert (row.state, row.reversal) == ("booked", made)
    line = AuditLine.objects.get(action="journal.reversed")
    assert (line.actor_id, line.subject) == (operator.pk, original.pk)
    assert line.detail == {"reference": reference, "reversal": str(made), "reason": "Booked twice"}


def test_a_send_is_taken_back_and_both_see_it(ann: User, operator: User) -> None:
    ben = make_person(name="Ben")
    sent = sends(ann, ben, 3_000, note="Oops")
    made = reverses(operator, f"send:{sent.pk}")
    assert (own(ann), own(ben)) == (10_000, 0)
    assert Transfer.objects.get().reversal == made
    assert others_of(ben.pk, [sent.journal]) == {sent.journal: Other("Ann", "Oops", reversed=True)}


def test_once_for_ever(ann: User, operator: User) -> None:
    reference, other = top_up_of(ann), make_person(pin=None, is_staff=True)
    made = reverses(operator, reference, key="k")
    assert reverses(operator, reference, key="k") == made
    for who in (operator, other):
        assert code_of(partial(reverses, who, reference)) == "already_reversed"
    assert code_of(lambda: reverses(operator, f"reversal:{journal_named(reference)}")) == "not_reversible"
    assert own(ann) == 0
    assert AuditLine.objects.filter(action="journal.reversed").count() == 1


def test_what_is_spent_cannot_be_taken_back(ann: User, operator: User) -> None:
    ben = make_person(name="Ben")
    sent = sends(ann, ben, 3_000)
    withdraws(ben, 1)
    for reference in (f"send:{sent.pk}", top_up_of(ann)):
        assert code_of(partial(reverses, operator, reference)) == "balance_too_low"
    assert (own(ann), own(ben)) == (7_000, 2_999)
    assert not TopUp.objects.exclude(reversal=None).exists()
    assert not AuditLine.objects.filter(action="journal.reversed").exists()


def test_what_has_its_own_way_back_is_not_reversed(ann: User, operator: User) -> None:
    payment = pay(make_one_time_code(make_shop(), 1_190), ann)
    settle_all()
    with pytest.raises(Refused, match="Refund the payment") as no:
        reverses(operator, f"sale:{payment.pk}")
    assert (no.value.code, no.value.status) == ("not_reversible", 409)
    assert code_of(lambda: reverses(operator, f"withdrawal:{withdraws(ann).pk}")) == "not_reversible"


def test_operators_alone_with_a_reason(ann: User, operator: User) -> None:
    reference = top_up_of(ann)
    for person in (ann, make_shop().owner, make_person(is_staff=True, is_active=False)):
        assert code_of(partial(reverses, person, reference)) == "not_found"
    assert code_of(lambda: reverses(operator, reference, reason="  ")) == "reason_missing"
    assert code_of(lambda: reverses(operator, "top_up:nothing")) == "not_found"
    assert own(ann) == 10_000


def test_the_command(ann: User, operator: User) -> None:
    reference = top_up_of(ann)
    journal = str(journal_named(reference))

    def run(named: str, email: str) -> str:
        out = StringIO()
        call_command("reverse_journal", named, operator=email, reason="Booked twice", stdout=out)
        return out.getvalue()

    for named, email, words in (
        (reference, ann.email, "No such operator"),
        ("top_up:nothing", operator.email, "No such journal"),
        (str(uuid.uuid4()), operator.email, "No such journal"),
    ):
        with pytest.raises(CommandError, match=words):
            run(named, email)
    assert "reversed by journal" in run(journal, operator.email.upper())
    assert own(ann) == 0
    with pytest.raises(CommandError, match="already_reversed"):
        run(reference, operator.email)


def test_a_new_kind_is_not_reversible_until_it_is_named() -> None:
    assert {"top_up", "send"} == REVERSIBLE
    for kind in ("sale", "refund", "reversal", "payout", "withdrawal", "withdrawal_paid", "invented"):
        with pytest.raises(Refused, match="Nothing was changed"):
            check_reversible(kind)


amounts = st.integers(-(10**15), 10**15).filter(bool)


@given(first=st.lists(amounts, min_size=1, max_size=8))
def test_a_journal_and_its_mirror_leave_every_account_as_it_was(first: list[int]) -> None:
    rest = -sum(first)
    if rest == 0 or abs(rest) > 10**15:
        first, rest = [*first[:1]], -first[0]
    names = [chart.customer(uuid.UUID(int=number), "EUR") for number in range(len(first) + 1)]
    entries = list(zip(names, [*first, rest], strict=True))
    legs = mirrored(entries)
    check_legs(legs)
    assert [(leg.account, -leg.amount_minor) for leg in legs] == entries
    assert mirrored((leg.account, leg.amount_minor) for leg in legs) != legs
