"""What must always be true of the orders around the ledger: withdrawals, sends, asks, reversals, limits.

As in `wallets/checks.py`, where they join the others: one statement each, which names what breaks it.
"""

from django.db.backends.utils import CursorWrapper

from base.checks import Check, find
from base.core.findings import Finding


def withdrawals_booked(cursor: CursorWrapper) -> list[Finding]:
    """A withdrawal's journals say what its state says, over its amount; each such journal has its order."""
    return find(
        cursor,
        "withdrawals_booked",
        """SELECT coalesce(w.id, j.id), coalesce(j.kind, 'no journal') || ' for a withdrawal '
            || coalesce(w.state, 'that is missing')
        FROM (
            SELECT id, state, wallet_id, currency, rail, amount_minor, journal, 'withdrawal' AS kind
            FROM wallets_withdrawal
            UNION ALL
            SELECT id, state, wallet_id, currency, rail, amount_minor, end_journal, 'withdrawal_' || state
            FROM wallets_withdrawal WHERE state IN ('paid', 'returned')) w
        FULL JOIN (SELECT * FROM wallets_journal WHERE kind LIKE 'withdrawal%') j
            ON j.id = w.journal AND j.kind = w.kind
        LEFT JOIN LATERAL (
            SELECT coalesce(sum(e.amount_minor) FILTER (
                    WHERE a.code = 'customer:' || w.wallet_id || ':' || w.currency), 0) AS own,
                coalesce(sum(e.amount_minor) FILTER (
                    WHERE a.code = 'platform:' || w.currency || ':transit:' || w.rail), 0) AS transit
            FROM wallets_entry e JOIN wallets_account a ON a.id = e.account_id
            WHERE e.journal_id = j.id) s ON true
        WHERE w.id IS NULL OR j.id IS NULL OR (s.own, s.transit) IS DISTINCT FROM (CASE w.kind
            WHEN 'withdrawal' THEN -w.amount_minor WHEN 'withdrawal_returned' THEN w.amount_minor
            ELSE 0 END, CASE w.kind WHEN 'withdrawal' THEN w.amount_minor ELSE -w.amount_minor END)""",
    )


def transfers_booked(cursor: CursorWrapper) -> list[Finding]:
    """Each send has its journal, from payer to receiver, over its amount; each such journal its send."""
    return find(
        cursor,
        "transfers_booked",
        """SELECT coalesce(t.id, j.id), 'send ' || CASE WHEN t.id IS NULL THEN 'missing' ELSE 'there' END
            || ', journal took ' || coalesce(s.taken, 0) || ', gave ' || coalesce(s.given, 0)
        FROM wallets_transfer t
        FULL JOIN (SELECT * FROM wallets_journal WHERE kind = 'send') j ON j.id = t.journal
        LEFT JOIN LATERAL (
            SELECT -sum(e.amount_minor) FILTER (
                    WHERE a.code = 'customer:' || t.payer_id || ':' || t.currency) AS taken,
                sum(e.amount_minor) FILTER (
                    WHERE a.code = 'customer:' || t.receiver_id || ':' || t.currency) AS given
            FROM wallets_entry e JOIN wallets_account a ON a.id = e.account_id
            WHERE e.journal_id = j.id) s ON true
        WHERE t.id IS NULL OR j.id IS NULL
            OR (s.taken, s.given) IS DISTINCT FROM (t.amount_minor::numeric, t.amount_minor::numeric)""",
    )


def asks_paid_once(cursor: CursorWrapper) -> list[Finding]:
    """An ask is paid when one send carries it, to the asker and over its amount, and only then."""
    return find(
        cursor,
        "asks_paid_once",
        """SELECT k.id, 'ask ' || k.state || ', send '
            || CASE WHEN t.id IS NULL THEN 'missing' ELSE 'over ' || t.amount_minor END
        FROM wallets_ask k LEFT JOIN wallets_transfer t ON t.ask_id = k.id
        WHERE (k.state = 'paid') <> (t.id IS NOT NULL) OR (t.receiver_id, t.currency, t.amount_minor)
            IS DISTINCT FROM (k.wallet_id, k.currency, k.amount_minor) AND t.id IS NOT NULL""",
    )


def reversals_mirror(cursor: CursorWrapper) -> list[Finding]:
    """A reversal is its journal with the other signs, and the order behind it names the reversal."""
    return find(
        cursor,
        "reversals_mirror",
        """SELECT coalesce(r.reference, o.reversal::text), CASE WHEN r.id IS NULL THEN 'an order names it'
            WHEN o.reversal IS NULL THEN 'no order names it' ELSE 'not the mirror of its journal' END
        FROM (SELECT * FROM wallets_journal WHERE kind = 'reversal') r
        FULL JOIN (
            SELECT journal, reversal FROM wallets_topup WHERE reversal IS NOT NULL
            UNION ALL
            SELECT journal, reversal FROM wallets_transfer WHERE reversal IS NOT NULL) o
            ON o.reversal = r.id AND r.reference = 'reversal:' || o.journal
        WHERE r.id IS NULL OR o.reversal IS NULL OR EXISTS (
            SELECT 1 FROM wallets_entry e WHERE e.journal_id IN (o.journal, r.id)
            GROUP BY e.account_id HAVING sum(e.amount_minor) <> 0)""",
    )


def spending_counted(cursor: CursorWrapper) -> list[Finding]:
    """What left a wallet by send or withdrawal on a day was counted against its limits."""
    return find(
        cursor,
        "spending_counted",
        """SELECT o.wallet || ' ' || o.currency || ' ' || o.day,
            'spent ' || o.total || ', counted ' || coalesce(s.spent_minor, 0)
        FROM (
            SELECT wallet, currency, (happened_at AT TIME ZONE 'UTC')::date AS day, sum(amount_minor) AS total
            FROM (
                SELECT payer_id AS wallet, currency, happened_at, amount_minor FROM wallets_transfer
                UNION ALL
                SELECT wallet_id, currency, happened_at, amount_minor FROM wallets_withdrawal) d
            GROUP BY wallet, currency, day) o
        LEFT JOIN wallets_spending s ON (s.wallet, s.currency, s.day) = (o.wallet, o.currency, o.day)
        WHERE coalesce(s.spent_minor, 0) < o.total""",
    )


ORDER_CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (withdrawals_booked, transfers_booked, asks_paid_once, reversals_mirror, spending_counted)
}
