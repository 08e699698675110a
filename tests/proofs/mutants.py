"""Faults that a person could make in the code of the money, each with the test that must find it.

A mutant is an edit of one file: `old` must stand there exactly once. Whoever changes such a line moves
its mutant along; one whose text is gone is an error, so that the list cannot rot.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """killer: what pytest is given, from the root of the tree. sql: the tables are made anew."""

    name: str
    file: str
    old: str
    new: str
    killer: str

    @property
    def sql(self) -> bool:
        return self.file.endswith(".sql") or "/migrations/" in self.file


RULES = "tests/wallets/test_ledger_rules.py"
HOLDS = "tests/wallets/test_holds.py"
REFUNDS = "tests/payments/test_refunds.py"
_ONE_TO_ONE = """models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paid_by","""
MUTANTS = (
    Mutant(
        "sign flip: a refund takes the money once more",
        "payments/core/journals.py",
        "legs=_legs(parts, sign=-1)",
        "legs=_legs(parts, sign=1)",
        "tests/payments/test_journals.py::test_a_full_refund_is_the_sale_the_other_way_round",
    ),
    Mutant(
        "> for >=: the last cent cannot be promised",
        "wallets/sql/ledger_place_hold.sql",
        "a.balance_minor - a.held_minor >= amount",
        "a.balance_minor - a.held_minor > amount",
        f"{HOLDS}::test_held_money_is_not_spent",
    ),
    Mutant(
        "< for <=: a scan is confirmed in the moment in which it runs out",
        "payments/flows/confirm.py",
        "session.expires_at <= when",
        "session.expires_at < when",
        "tests/payments/test_confirm.py::test_a_scan_ends_in_its_last_moment",
    ),
    Mutant(
        "lost lock: two refunds see the same rest",
        "payments/flows/settle.py",
        'whole.select_for_update(of=("self",)).get(pk=payment_id)',
        "whole.get(pk=payment_id)",
        "tests/races/test_settle_races.py::test_of_twenty_refunds_of_sixty_out_of_a_hundred_one_is_made",
    ),
    Mutant(
        "lost order: accounts are locked as they come",
        "wallets/sql/ledger_post.sql",
        "WHERE a.id = ANY (e_account) ORDER BY a.id FOR NO KEY UPDATE",
        "WHERE a.id = ANY (e_account) ORDER BY array_position(e_account, a.id) FOR NO KEY UPDATE",
        "tests/races/test_waiting.py::test_accounts_are_locked_in_one_order",
    ),
    Mutant(
        "wrong currency: every hold is in euros",
        "payments/flows/promise.py",
        '"payer": chart.customer(payment.wallet, currency).code',
        '"payer": chart.customer(payment.wallet, "EUR").code',
        "tests/payments/test_settle.py::test_other_money_and_other_taxes",
    ),
    Mutant(
        "skipped fee: it stays with us when all of a sale goes back",
        "payments/flows/refund.py",
        "fee_minor=payment.fee_minor if wanted == left_minor else 0",
        "fee_minor=0",
        f"{REFUNDS}::test_the_fee_goes_back_with_the_last_cent",
    ),
    Mutant(
        "replay forgotten: a known reference is not looked up",
        "wallets/sql/ledger_post.sql",
        "AND j.kind = n.kind AND j.reference = n.reference);",
        "AND j.kind = n.kind AND j.reference = n.reference AND false);",
        f"{RULES}::test_a_reference_is_posted_once",
    ),
    Mutant(
        "dropped unique: two payers pay one order",
        "payments/migrations/0001_initial.py",
        _ONE_TO_ONE,
        _ONE_TO_ONE.replace("OneToOneField", "ForeignKey"),
        "tests/races/test_confirm_races.py::test_the_unique_order_is_the_last_guard",
    ),
    Mutant(
        "capture without a check: less is taken than was held for",
        "wallets/sql/ledger_check_captures.sql",
        "WHEN d.amount IS DISTINCT FROM -c.captured THEN 'QT003' END",
        "WHEN false THEN 'QT003' END",
        f"{HOLDS}::test_a_capture_takes_just_what_its_entries_take",
    ),
    Mutant(
        "skipped release: the rest of a partial capture stays held",
        "wallets/sql/ledger_post.sql",
        "RETURNING h.account_id, h.amount_minor",
        "RETURNING h.account_id, h.captured_minor AS amount_minor",
        f"{HOLDS}::test_a_capture_ends_the_hold_once_and_frees_the_rest",
    ),
    Mutant(
        "wrong rounding: halves are cut off",
        "wallets/core/money.py",
        "(2 * abs(numerator) + denominator) // (2 * denominator)",
        "abs(numerator) // denominator",
        "tests/wallets/test_money.py::test_halves_go_away_from_zero",
    ),
    Mutant(
        "refund guard off: more goes back than is left",
        "taxes/core/refunds.py",
        "if amount_minor > left_minor:",
        "if False:",
        f"{REFUNDS}::test_more_than_is_left_is_refused_and_says_what_is_left",
    ),
)
