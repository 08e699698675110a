"""What must always be true of payouts against the ledger."""

from django.db.backends.utils import CursorWrapper

from base.checks import Check, find
from base.core.findings import Finding


def payouts_have_journals(cursor: CursorWrapper) -> list[Finding]:
    """Each payout has its order's journal and, once it has ended, its end's; and each of those its payout."""
    return find(
        cursor,
        "payouts_have_journals",
        """SELECT coalesce(w.id, j.id), 'payout ' || coalesce(w.state, 'missing') || ', journal '
            || coalesce(j.reference, 'missing'), coalesce(w.merchant_id, j.shard_key)
        FROM (
            SELECT id, merchant_id, state, journal, 'payout:' || id AS reference FROM payments_payout
            UNION ALL
            SELECT id, merchant_id, state, end_journal, 'payout_' || state || ':' || id
            FROM payments_payout WHERE state IN ('paid', 'returned')) w
        FULL JOIN (
            SELECT * FROM wallets_journal WHERE kind IN ('payout', 'payout_paid', 'payout_returned')) j
            ON j.id = w.journal AND j.reference = w.reference
        WHERE w.id IS NULL OR j.id IS NULL""",
    )


def payouts_move_their_parts(cursor: CursorWrapper) -> list[Finding]:
    """A payout takes just its parts into transit; paid, that goes to cash; returned, back where it was."""
    return find(
        cursor,
        "payouts_move_their_parts",
        """WITH legs AS (
            SELECT p.id, p.merchant_id, p.journal, t.account AS code, -t.amount_minor AS amount
            FROM payments_payout p JOIN payments_payoutpart t ON t.payout_id = p.id
            UNION ALL
            SELECT id, merchant_id, journal, 'platform:' || currency || ':transit:' || rail, amount_minor
            FROM payments_payout
            UNION ALL
            SELECT id, merchant_id, end_journal, 'platform:' || currency || ':transit:' || rail,
                -amount_minor FROM payments_payout WHERE end_journal IS NOT NULL
            UNION ALL
            SELECT id, merchant_id, end_journal, 'platform:' || currency || ':cash:' || rail, amount_minor
            FROM payments_payout WHERE state = 'paid'
            UNION ALL
            SELECT p.id, p.merchant_id, p.end_journal, t.account, t.amount_minor
            FROM payments_payout p JOIN payments_payoutpart t ON t.payout_id = p.id
            WHERE p.state = 'returned'
        ), moved AS (
            SELECT e.journal_id AS journal, a.code, sum(e.amount_minor) AS amount, j.shard_key
            FROM wallets_journal j JOIN wallets_entry e ON e.journal_id = j.id
            JOIN wallets_account a ON a.id = e.account_id
            WHERE j.kind IN ('payout', 'payout_paid', 'payout_returned')
            GROUP BY e.journal_id, a.code, j.shard_key
        )
        SELECT coalesce(l.id, m.journal), coalesce(l.code, m.code) || ': payout says '
            || coalesce(l.amount, 0) || ', journal moved ' || coalesce(m.amount, 0),
            coalesce(l.merchant_id, m.shard_key)
        FROM legs l FULL JOIN moved m ON m.journal = l.journal AND m.code = l.code
        WHERE l.amount IS DISTINCT FROM m.amount""",
    )


def payout_papers_match(cursor: CursorWrapper) -> list[Finding]:
    """The journal of a payout keeps the hash of its order's bytes."""
    return find(
        cursor,
        "payout_papers_match",
        """SELECT p.id, 'the order does not match its journal', p.merchant_id
        FROM payments_payout p JOIN wallets_journal j ON j.id = p.journal
        WHERE j.document_sha256 IS DISTINCT FROM sha256(convert_to(p.document, 'UTF8'))""",
    )


def payouts_told(cursor: CursorWrapper) -> list[Finding]:
    """Each change of a payout has its one event, and no event is left over."""
    return find(
        cursor,
        "payouts_told",
        """SELECT coalesce(p.id, s.subject), 'payout ' || coalesce(p.state, 'missing') || ' has events '
            || coalesce(s.kinds, 'none'), coalesce(p.merchant_id, s.shard_key)
        FROM payments_payout p FULL JOIN (
            SELECT subject, string_agg(kind, ' ' ORDER BY kind) AS kinds,
                (array_agg(shard_key))[1] AS shard_key
            FROM base_event WHERE kind LIKE 'payout.%' GROUP BY subject) s ON s.subject = p.id
        WHERE s.kinds IS DISTINCT FROM CASE p.state
            WHEN 'ordered' THEN 'payout.ordered'
            WHEN 'sent' THEN 'payout.ordered payout.sent'
            WHEN 'paid' THEN 'payout.ordered payout.paid payout.sent'
            WHEN 'returned' THEN 'payout.ordered payout.returned payout.sent' END""",
    )


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (payouts_have_journals, payouts_move_their_parts, payout_papers_match, payouts_told)
}
