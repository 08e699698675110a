"""Holds that carry their legs: checked when placed, settled set-wise, and never twice."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from base.core.errors import Refused
from tests.wallets.ledger import CASH, NOW, assert_refused, draft, fresh_customer, funded, ids, row
from tests.wallets.settling import Settlement, settle_holds
from wallets.core import chart
from wallets.core.chart import AccountName
from wallets.core.ledger import Leg, legs
from wallets.flows.close_account import close_account
from wallets.flows.hold import hold
from wallets.flows.post import post, post_one
from wallets.flows.release import release
from wallets.models import Account, Entry, Hold, Journal

pytestmark = pytest.mark.django_db
SHOP = uuid.UUID(int=77)
ONCE = f"sale:{SHOP}"
PAYABLE, FEES = chart.payable(SHOP, "EUR"), chart.fees(SHOP, "EUR")


def promised(payer: AccountName, amount_minor: int = 600, fee_minor: int = 6) -> uuid.UUID:
    """The payment's id."""
    payment = uuid.uuid4()
    hold(
        account=payer,
        amount_minor=amount_minor,
        payment_id=payment,
        legs=legs((payer, -amount_minor), (PAYABLE, amount_minor - fee_minor), (FEES, fee_minor)),
    )
    return payment


def settlement(held: uuid.UUID, reference: str = "") -> Settlement:
    journal = uuid.uuid4()
    return Settlement(held, journal, reference or f"sale:{journal}", NOW, b"d" * 32, SHOP)


def test_settling_writes_just_the_promised_entries_and_ends_the_hold() -> None:
    payer = funded(1000)
    held = promised(payer)
    one = settlement(held)
    settle_holds(kind="sale", settlements=[one])
    assert (row(payer).balance_minor, row(payer).held_minor) == (400, 0)
    assert (row(PAYABLE).balance_minor, row(FEES).balance_minor) == (594, 6)
    journal = Journal.objects.get(pk=one.journal)
    assert (journal.kind, journal.reference, bytes(journal.document_sha256 or b"")) == (
        "sale", one.reference, b"d" * 32,
    )  # fmt: skip
    assert len(bytes(journal.salt)) == 16
    ended = Hold.objects.get(pk=held)
    assert (ended.state, ended.captured_minor, ended.journal) == ("captured", 600, one.journal)
    assert (ended.leg_accounts, ended.leg_amounts) == (None, None)


def test_shared_accounts_chain_in_the_order_of_the_batch() -> None:
    payer, other = funded(1000), funded(1000)
    batch = [settlement(promised(who, amount)) for who, amount in ((payer, 100), (other, 200), (payer, 300))]
    settle_holds(kind="sale", settlements=batch)
    chain = Entry.objects.filter(account=row(PAYABLE).pk).order_by("account_version")
    assert [(e.journal_id, e.account_version, e.balance_after_minor) for e in chain] == [
        (batch[0].journal, 1, 94),
        (batch[1].journal, 2, 288),
        (batch[2].journal, 3, 582),
    ]


def test_a_hold_is_settled_once_and_a_bad_one_sinks_its_batch() -> None:
    payer = funded(1000)
    first, second = promised(payer, 100), promised(payer, 200)
    settle_holds(kind="sale", settlements=[settlement(first)])
    with assert_refused("QT002"):
        settle_holds(kind="sale", settlements=[settlement(second), settlement(first)])
    assert Hold.objects.get(pk=second).state == "held"
    release(payments=[second])
    with assert_refused("QT002"):
        settle_holds(kind="sale", settlements=[settlement(second)])


def test_a_hold_without_legs_is_not_settled() -> None:
    held = uuid.uuid4()
    hold(account=funded(), amount_minor=5, payment_id=held)
    with assert_refused("QT002"):
        settle_holds(kind="sale", settlements=[settlement(held)])


def test_a_known_reference_is_no_second_settlement() -> None:
    payer = funded(1000)
    settle_holds(kind="sale", settlements=[settlement(promised(payer, 100), ONCE)])
    with assert_refused("23505"):
        settle_holds(kind="sale", settlements=[settlement(promised(payer, 100), ONCE)])


def test_the_number_of_statements_does_not_grow(django_assert_num_queries: Callable[..., Any]) -> None:
    for size in (1, 40):
        batch = [settlement(promised(funded())) for _ in range(size)]
        with django_assert_num_queries(1):
            settle_holds(kind="sale", settlements=batch)


@pytest.mark.parametrize(
    ("legs_of", "code"),
    [
        (lambda payer: [(payer, -600), (PAYABLE, 599)], "QT007"),
        (lambda payer: [(payer, -599), (PAYABLE, 599)], "QT007"),
        (lambda payer: [(payer, -600), (PAYABLE, 600), (FEES, 0)], "QT007"),
        (lambda payer: [(payer, -600)], "QT007"),
        (lambda payer: [(payer, -600), (chart.payable(SHOP, "USD"), 600)], "QT007"),
        (lambda payer: [(PAYABLE, -600), (FEES, 600)], "QT007"),
        (lambda payer: [(payer, -600 - 10**15 * 2), (PAYABLE, 600), (payer, 10**15 * 2)], "QT007"),
    ],
)
def test_what_cannot_be_settled_cannot_be_promised(legs_of: Any, code: str) -> None:
    payer = funded(1000)
    wanted = legs_of(payer)
    accounts = ids(*(account for account, _ in wanted))
    with assert_refused(code):
        raw_hold(payer, 600, accounts, [amount for _, amount in wanted])
    with pytest.raises(Refused):
        hold(
            account=payer, amount_minor=600, payment_id=uuid.uuid4(),
            legs=[Leg(*pair) for pair in wanted],
        )  # fmt: skip


def test_an_unknown_account_cannot_be_promised_to() -> None:
    payer = funded(1000)
    with assert_refused("QT001"):
        raw_hold(payer, 600, [*ids(payer), uuid.uuid4()], [-600, 600])


def raw_hold(payer: AccountName, amount: int, accounts: list[uuid.UUID], amounts: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_place_hold(%s, %s, %s, %s::uuid[], %s::bigint[])",
            [uuid.uuid4(), ids(payer)[0], amount, accounts, amounts],
        )


def test_a_closed_account_takes_no_entry_and_no_promise() -> None:
    payer, gone = funded(1000), fresh_customer()
    closed = ids(gone)
    close_account(account=gone)
    close_account(account=gone)
    assert Account.objects.get(code=gone.code).closed_at is not None
    with pytest.raises(Refused, match="account_closed"):
        post_one(journal=draft((payer, -5), (gone, 5)))
    with assert_refused("QT006"):
        raw_hold(payer, 5, [*ids(payer), *closed], [-5, 5])
    assert row(payer).balance_minor == 1000


def test_only_an_empty_account_is_closed() -> None:
    payer = funded(1000)
    with pytest.raises(Refused, match="account_not_empty"):
        close_account(account=payer)
    with pytest.raises(Refused, match="account_unknown"):
        close_account(account=fresh_customer())
    promised(payer)
    with pytest.raises(Refused, match="account_not_empty"):
        close_account(account=PAYABLE)


def test_a_reference_does_not_stand_for_another_content() -> None:
    account = fresh_customer()
    post(journals=[draft((CASH, -5), (account, 5), reference=f"top_up:{SHOP}")])
    for other in (
        draft((CASH, -6), (account, 6), reference=f"top_up:{SHOP}"),
        draft((CASH, -5), (fresh_customer(), 5), reference=f"top_up:{SHOP}"),
    ):
        fine = draft((CASH, -7), (account, 7))
        with pytest.raises(Refused, match="reference_reused"):
            post(journals=[fine, other])
    assert row(account).balance_minor == 5


def test_an_account_is_named_for_its_currency() -> None:
    with assert_refused("23514"):
        ids(AccountName(f"customer:{uuid.uuid4()}:EUR", "USD", True, SHOP))
    with assert_refused("23514"):
        ids(AccountName("platform:EUR:suspense", "USD", False, SHOP))
