"""The twelve invariants of the books, and which check holds which.

They are the promise; checks are how it is kept. A check may hold several, and an invariant needs at least
one. Two are not asked of the database here: I8 compares with what clients were told, which only the log of
a client can say (the fault run keeps one), and of I11 the signed heads come with the seals.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from base.core.findings import Finding


@dataclass(frozen=True, slots=True)
class Invariant:
    """name: "I4". promise: what is always true. checks: those that hold it, as `<app>.<check>`."""

    name: str
    promise: str
    checks: tuple[str, ...]


INVARIANTS = (
    Invariant("I1", "per currency all accounts add up to zero", ("wallets.sum_is_zero",)),
    Invariant(
        "I2",
        "each journal adds up to zero and has two entries or more",
        ("wallets.journals_balance", "wallets.entries_have_parents"),
    ),
    Invariant("I3", "no customer or merchant is below zero", ("wallets.guarded_not_below_zero",)),
    Invariant(
        "I4",
        "a balance is the sum of its entries; versions and balances chain without a gap",
        ("wallets.balance_is_sum", "wallets.chain_unbroken"),
    ),
    Invariant(
        "I5",
        "a settled payment has exactly one sale journal",
        ("payments.settled_has_one_journal", "payments.sale_moves_its_tax"),
    ),
    Invariant("I6", "a sale journal has its settled payment", ("payments.settled_has_one_journal",)),
    Invariant(
        "I7",
        "what went back never exceeds what was paid",
        ("payments.refunds_within", "payments.refunds_have_journals"),
    ),
    Invariant("I8", "what a client was told exists once: asked by the fault run, from its client's log", ()),
    Invariant(
        "I9",
        "a hold ends once, released or captured, and is never captured without its payment",
        (
            "wallets.held_is_open_holds",
            "wallets.captured_holds_have_journals",
            "payments.holds_end_once",
            "payments.holds_have_payments",
            "payments.promised_is_due",
            "payments.promised_settles_soon",
        ),
    ),
    Invariant(
        "I10",
        "each change of state has its one event",
        ("payments.events_told", "payments.payouts_told", "payments.shares_told", "payments.releases_told"),
    ),
    Invariant(
        "I11",
        "a journal keeps the hash of its paper's bytes",
        (
            "payments.receipts_match_journals",
            "payments.payout_papers_match",
            "payments.release_papers_match",
        ),
    ),
    Invariant("I12", "receipt numbers run without a gap per merchant", ("payments.receipts_without_gaps",)),
    Invariant(
        "more",
        "cash covers what we owe; lines, refunds, top-ups, payouts and parts agree with what they moved; "
        "closed periods stay what they were, and what changes them later is listed once",
        (
            "wallets.cash_covers",
            "wallets.top_ups_booked",
            "wallets.withdrawals_booked",
            "wallets.transfers_booked",
            "wallets.asks_paid_once",
            "wallets.reversals_mirror",
            "wallets.spending_counted",
            "payments.lines_add_up",
            "payments.refunds_add_up",
            "payments.corrections_have_journals",
            "payments.corrections_move_their_tax",
            "payments.exchanges_move_their_money",
            "payments.exchanges_share_out",
            "payments.exchanges_on_paper",
            "payments.payouts_have_journals",
            "payments.payouts_move_their_parts",
            "payments.shares_have_journals",
            "payments.shares_move_their_amount",
            "payments.sales_set_shares_aside",
            "payments.set_aside_is_due",
            "payments.releases_have_journals",
            "payments.releases_move_their_parts",
            "payments.recalls_fill_their_refunds",
            "payments.claims_within_remitted",
            "reports.closed_periods_are_shut",
            "reports.sealed_ledger_unchanged",
            "reports.sealed_totals_hold",
            "reports.exceptions_listed_once",
        ),
    ),
)


def count_by_invariant(findings: Iterable[Finding]) -> dict[str, int]:
    """Findings per invariant; one counts for each invariant that its check holds."""
    found = Counter(finding.check for finding in findings)
    return {
        invariant.name: sum(found[check.partition(".")[2]] for check in invariant.checks)
        for invariant in INVARIANTS
        if invariant.checks
    }
