"""What must always be true of the ledger. Each check is one statement that names what breaks it.

All checks of a run see one snapshot (`reports.flows.audit`); an empty list is the only good answer.
"""

from django.db.backends.utils import CursorWrapper

from base.checks import Check, find
from base.core.findings import Finding
from wallets.order_checks import ORDER_CHECKS


def sum_is_zero(cursor: CursorWrapper) -> list[Finding]:
    """Per currency, what we owe and what we hold add up to nothing."""
    return find(
        cursor,
        "sum_is_zero",
        """SELECT currency, 'all accounts add up to ' || sum(balance_minor) FROM wallets_account
        GROUP BY currency HAVING sum(balance_minor) <> 0""",
    )


def journals_balance(cursor: CursorWrapper) -> list[Finding]:
    """Each journal has two entries or more, numbered 1, 2, 3 ..., and they sum to zero per currency."""
    return find(
        cursor,
        "journals_balance",
        """SELECT j.reference, coalesce(s.entries, 0) || ' entries, ' || coalesce(s.off, 0)
            || ' currencies off, up to number ' || coalesce(s.last, 0), j.shard_key
        FROM wallets_journal j LEFT JOIN (
            SELECT journal_id, sum(entries) AS entries, count(*) FILTER (WHERE total <> 0) AS off,
                max(last) AS last, sum(numbers) AS numbers
            FROM (SELECT e.journal_id, a.currency, count(*) AS entries, sum(e.amount_minor) AS total,
                      max(e.line) AS last, sum(e.line) AS numbers
                  FROM wallets_entry e LEFT JOIN wallets_account a ON a.id = e.account_id
                  GROUP BY e.journal_id, a.currency) c
            GROUP BY journal_id) s ON s.journal_id = j.id
        WHERE coalesce(s.entries, 0) < 2 OR s.off > 0 OR s.last <> s.entries
            OR s.numbers <> s.entries * (s.entries + 1) / 2""",
    )


def entries_have_parents(cursor: CursorWrapper) -> list[Finding]:
    """No entry without its journal and account (there is no foreign key that could say so)."""
    return find(
        cursor,
        "entries_have_parents",
        """SELECT e.journal_id, 'entry ' || e.line || ' has no journal or no account',
            coalesce(j.shard_key, a.shard_key)
        FROM wallets_entry e LEFT JOIN wallets_journal j ON j.id = e.journal_id
        LEFT JOIN wallets_account a ON a.id = e.account_id WHERE j.id IS NULL OR a.id IS NULL""",
    )


def guarded_not_below_zero(cursor: CursorWrapper) -> list[Finding]:
    """What we owe a customer or a merchant covers what is held of it."""
    return find(
        cursor,
        "guarded_not_below_zero",
        """SELECT code, 'balance ' || balance_minor || ', held ' || held_minor, shard_key
        FROM wallets_account
        WHERE guarded AND (balance_minor < held_minor OR held_minor < 0)""",
    )


def balance_is_sum(cursor: CursorWrapper) -> list[Finding]:
    """An account's balance is the sum of its entries, its version their number."""
    return find(
        cursor,
        "balance_is_sum",
        """SELECT a.code, 'balance ' || a.balance_minor || ' version ' || a.version || ', entries say '
            || coalesce(s.total, 0) || ' and ' || coalesce(s.entries, 0), a.shard_key
        FROM wallets_account a LEFT JOIN (
            SELECT account_id, sum(amount_minor) AS total, count(*) AS entries
            FROM wallets_entry GROUP BY account_id) s ON s.account_id = a.id
        WHERE a.balance_minor <> coalesce(s.total, 0) OR a.version <> coalesce(s.entries, 0)""",
    )


def chain_unbroken(cursor: CursorWrapper) -> list[Finding]:
    """Versions of an account run 1, 2, 3 ... and each entry's balance follows from the one before."""
    return find(
        cursor,
        "chain_unbroken",
        """SELECT a.code, 'version ' || c.account_version || ' after ' || c.version_before
            || ': balance after ' || c.balance_after_minor || ', expected '
            || c.balance_before + c.amount_minor, a.shard_key
        FROM (SELECT account_id, account_version, amount_minor, balance_after_minor,
                  coalesce(lag(account_version) OVER chain, 0) AS version_before,
                  coalesce(lag(balance_after_minor) OVER chain, 0) AS balance_before
              FROM wallets_entry
              WINDOW chain AS (PARTITION BY account_id ORDER BY account_version)) c
        LEFT JOIN wallets_account a ON a.id = c.account_id
        WHERE c.account_version <> c.version_before + 1
            OR c.balance_after_minor <> c.balance_before + c.amount_minor""",
    )


def held_is_open_holds(cursor: CursorWrapper) -> list[Finding]:
    """What an account holds back is the sum of its open holds."""
    return find(
        cursor,
        "held_is_open_holds",
        """SELECT a.code, 'held ' || a.held_minor || ', open holds ' || coalesce(s.total, 0), a.shard_key
        FROM wallets_account a LEFT JOIN (
            SELECT account_id, sum(amount_minor) AS total FROM wallets_hold WHERE state = 'held'
            GROUP BY account_id) s ON s.account_id = a.id
        WHERE a.held_minor <> coalesce(s.total, 0)""",
    )


def captured_holds_have_journals(cursor: CursorWrapper) -> list[Finding]:
    """A captured hold names a journal that took just that much from its account."""
    return find(
        cursor,
        "captured_holds_have_journals",
        """SELECT h.payment, 'captured ' || h.captured_minor || ', journal took '
            || coalesce(-sum(e.amount_minor), 0), coalesce(j.shard_key, a.shard_key)
        FROM wallets_hold h LEFT JOIN wallets_journal j ON j.id = h.journal
        LEFT JOIN wallets_account a ON a.id = h.account_id
        LEFT JOIN wallets_entry e ON e.journal_id = h.journal AND e.account_id = h.account_id
        WHERE h.state = 'captured' GROUP BY h.payment, j.shard_key, a.shard_key
        HAVING -sum(e.amount_minor) IS DISTINCT FROM h.captured_minor""",
    )


def cash_covers(cursor: CursorWrapper) -> list[Finding]:
    """Per currency, the money we hold at banks covers what we owe customers and merchants.

    A position of exchange counts: what a sale owes its shop in one currency came in in another. It counts
    together with the result of exchange, so at the terms of the sales: neither a loss nor a gain covers.
    """
    return find(
        cursor,
        "cash_covers",
        """SELECT currency, 'owed ' || owed || ', cash, transit and exchange ' || cash FROM (
            SELECT currency,
                coalesce(sum(balance_minor) FILTER (WHERE guarded), 0) AS owed,
                -coalesce(sum(balance_minor) FILTER (
                    WHERE code LIKE 'platform:%:cash:%' OR code LIKE 'platform:%:transit:%'
                    OR code LIKE 'platform:%:fx:%' OR code LIKE 'platform:%:fx_result'), 0) AS cash
            FROM wallets_account GROUP BY currency) c
        WHERE cash < owed""",
    )


def top_ups_booked(cursor: CursorWrapper) -> list[Finding]:
    """Each booked top-up has its journal, which brought just that much, and each such journal its order."""
    return find(
        cursor,
        "top_ups_booked",
        """SELECT coalesce(t.id, j.id), 'top-up ' || coalesce(t.state, 'missing') || ', journal '
            || CASE WHEN j.id IS NULL THEN 'missing' ELSE 'there' END, coalesce(t.wallet_id, j.shard_key)
        FROM (SELECT * FROM wallets_topup WHERE state = 'booked') t
        FULL JOIN (SELECT * FROM wallets_journal WHERE kind = 'top_up') j ON j.id = t.journal
        LEFT JOIN (
            SELECT e.journal_id, a.code, sum(e.amount_minor) AS brought
            FROM wallets_journal i JOIN wallets_entry e ON e.journal_id = i.id
            JOIN wallets_account a ON a.id = e.account_id
            WHERE i.kind = 'top_up' AND a.code LIKE 'customer:%' GROUP BY e.journal_id, a.code
        ) s ON s.journal_id = j.id AND s.code = 'customer:' || t.wallet_id || ':' || t.currency
        WHERE t.id IS NULL OR j.id IS NULL OR s.brought IS DISTINCT FROM t.amount_minor""",
    )


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        sum_is_zero,
        journals_balance,
        entries_have_parents,
        guarded_not_below_zero,
        balance_is_sum,
        chain_unbroken,
        held_is_open_holds,
        captured_holds_have_journals,
        cash_covers,
        top_ups_booked,
    )
} | ORDER_CHECKS
