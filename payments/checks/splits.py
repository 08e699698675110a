"""What must always be true of partners' parts of sales against the ledger."""

from django.db.backends.utils import CursorWrapper

from base.checks import Check, find
from base.core.findings import Finding


def shares_have_journals(cursor: CursorWrapper) -> list[Finding]:
    """Each part that was shared has its journal, and each such journal its part."""
    return find(
        cursor,
        "shares_have_journals",
        """SELECT coalesce(s.id, j.id), 'part ' || coalesce(s.state, 'missing') || ', journal '
            || coalesce(j.reference, 'missing'), coalesce(s.merchant_id, j.shard_key)
        FROM (SELECT * FROM payments_splitshare WHERE state = 'shared') s
        FULL JOIN (SELECT * FROM wallets_journal WHERE kind = 'share') j
            ON j.id = s.journal AND j.reference = 'share:' || s.id
        WHERE s.id IS NULL OR j.id IS NULL""",
    )


def shares_move_their_amount(cursor: CursorWrapper) -> list[Finding]:
    """A part moves just its amount, from what its seller has set aside to its partner."""
    return find(
        cursor,
        "shares_move_their_amount",
        """SELECT s.id, 'part of ' || s.amount_minor || ', journal took ' || coalesce(m.taken, 0)
            || ' and gave ' || coalesce(m.given, 0), s.merchant_id
        FROM payments_splitshare s LEFT JOIN (
            SELECT i.id,
                -sum(e.amount_minor) FILTER (WHERE a.code
                    = 'merchant:' || i.merchant_id || ':' || i.currency || ':split_due') AS taken,
                sum(e.amount_minor) FILTER (WHERE a.code
                    = 'merchant:' || i.partner_id || ':' || i.currency || ':payable') AS given
            FROM payments_splitshare i JOIN wallets_entry e ON e.journal_id = i.journal
            JOIN wallets_account a ON a.id = e.account_id GROUP BY i.id) m ON m.id = s.id
        WHERE s.state = 'shared'
            AND (s.amount_minor, s.amount_minor) IS DISTINCT FROM (m.taken, m.given)""",
    )


def sales_set_shares_aside(cursor: CursorWrapper) -> list[Finding]:
    """A settled sale has set aside just the parts of its partners, and another one nothing."""
    return find(
        cursor,
        "sales_set_shares_aside",
        """SELECT p.id, 'parts of ' || coalesce(s.total, 0) || ', journal set aside ' || coalesce(m.total, 0),
            p.merchant_id
        FROM payments_payment p LEFT JOIN (
            SELECT payment_id, sum(amount_minor) AS total FROM payments_splitshare
            GROUP BY payment_id) s ON s.payment_id = p.id
        LEFT JOIN (
            SELECT e.journal_id, sum(e.amount_minor) AS total
            FROM wallets_account a JOIN wallets_entry e ON e.account_id = a.id
            WHERE a.code LIKE 'merchant:%:split_due' GROUP BY e.journal_id) m ON m.journal_id = p.journal
        WHERE p.state = 'settled' AND coalesce(s.total, 0) <> coalesce(m.total, 0)""",
    )


def set_aside_is_due(cursor: CursorWrapper) -> list[Finding]:
    """What a merchant has set aside is the sum of the parts of settled sales that are still due."""
    return find(
        cursor,
        "set_aside_is_due",
        """SELECT coalesce(a.code, d.code), 'set aside ' || coalesce(a.balance_minor, 0) || ', due '
            || coalesce(d.total, 0), coalesce(a.shard_key, d.merchant_id)
        FROM (SELECT * FROM wallets_account WHERE code LIKE 'merchant:%:split_due') a FULL JOIN (
            SELECT s.merchant_id, 'merchant:' || s.merchant_id || ':' || s.currency || ':split_due' AS code,
                sum(s.amount_minor) AS total
            FROM payments_splitshare s JOIN payments_payment p ON p.id = s.payment_id
            WHERE s.state = 'due' AND p.state = 'settled' GROUP BY s.merchant_id, s.currency
        ) d ON d.code = a.code
        WHERE coalesce(a.balance_minor, 0) <> coalesce(d.total, 0)""",
    )


def shares_told(cursor: CursorWrapper) -> list[Finding]:
    """Each part that was shared has its one event, and no event is left over."""
    return find(
        cursor,
        "shares_told",
        """SELECT coalesce(s.id, e.subject), 'part ' || coalesce(s.state, 'missing') || ' has '
            || coalesce(e.events, 0) || ' events', coalesce(s.merchant_id, e.shard_key)
        FROM payments_splitshare s FULL JOIN (
            SELECT subject, count(*) AS events, (array_agg(shard_key))[1] AS shard_key
            FROM base_event WHERE kind = 'share.shared' GROUP BY subject) e ON e.subject = s.id
        WHERE s.id IS NULL OR coalesce(e.events, 0) <> (s.state = 'shared')::int""",
    )


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        shares_have_journals,
        shares_move_their_amount,
        sales_set_shares_aside,
        set_aside_is_due,
        shares_told,
    )
}
