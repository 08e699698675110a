"""What must always be true of tax that was released, remitted or recalled, against the ledger."""

from django.db.backends.utils import CursorWrapper

from base.checks import Check, find
from base.core.findings import Finding


def releases_have_journals(cursor: CursorWrapper) -> list[Finding]:
    """Each release has its journal, and each journal of a release or remittance its row."""
    return find(
        cursor,
        "releases_have_journals",
        """SELECT coalesce(r.id, j.id), 'release to ' || coalesce(r.to, 'nobody') || ', journal '
            || coalesce(j.reference, 'missing'), coalesce(r.merchant_id, j.shard_key)
        FROM (
            SELECT id, merchant_id, "to", journal, CASE "to" WHEN 'authority' THEN 'tax_remittance:'
                ELSE 'tax_release:' END || id AS reference FROM payments_taxrelease) r
        FULL JOIN (SELECT * FROM wallets_journal WHERE kind IN ('tax_release', 'tax_remittance')) j
            ON j.id = r.journal AND j.reference = r.reference
        WHERE r.id IS NULL OR j.id IS NULL""",
    )


def releases_move_their_parts(cursor: CursorWrapper) -> list[Finding]:
    """A release takes just its parts, which are tax of its place, and gives their sum where it says."""
    return find(
        cursor,
        "releases_move_their_parts",
        """WITH legs AS (
            SELECT r.id, r.merchant_id, r.journal, CASE WHEN p.account LIKE 'merchant:' || r.merchant_id
                    || ':' || r.currency || ':tax:' || r.place || ':%' THEN p.account
                ELSE 'a foreign account' END AS code, -p.amount_minor AS amount
            FROM payments_taxrelease r JOIN payments_taxreleasepart p ON p.release_id = r.id
            UNION ALL
            SELECT id, merchant_id, journal, CASE "to" WHEN 'authority'
                THEN 'platform:' || currency || ':authority:' || place
                ELSE 'merchant:' || merchant_id || ':' || currency || ':payable' END,
                amount_minor - netted_minor
            FROM payments_taxrelease WHERE amount_minor <> netted_minor
            UNION ALL
            SELECT id, merchant_id, journal, 'merchant:' || merchant_id || ':' || currency || ':tax_claim:'
                || place, netted_minor FROM payments_taxrelease WHERE netted_minor <> 0
        ), moved AS (
            SELECT e.journal_id AS journal, a.code, sum(e.amount_minor) AS amount, j.shard_key
            FROM wallets_journal j JOIN wallets_entry e ON e.journal_id = j.id
            JOIN wallets_account a ON a.id = e.account_id
            WHERE j.kind IN ('tax_release', 'tax_remittance')
            GROUP BY e.journal_id, a.code, j.shard_key
        )
        SELECT coalesce(l.id, m.journal), coalesce(l.code, m.code) || ': release says '
            || coalesce(l.amount, 0) || ', journal moved ' || coalesce(m.amount, 0),
            coalesce(l.merchant_id, m.shard_key)
        FROM legs l FULL JOIN moved m ON m.journal = l.journal AND m.code = l.code
        WHERE l.amount IS DISTINCT FROM m.amount""",
    )


def release_papers_match(cursor: CursorWrapper) -> list[Finding]:
    """The journal of a release keeps the hash of its paper's bytes."""
    return find(
        cursor,
        "release_papers_match",
        """SELECT r.id, 'the paper does not match its journal', r.merchant_id
        FROM payments_taxrelease r JOIN wallets_journal j ON j.id = r.journal
        WHERE j.document_sha256 IS DISTINCT FROM sha256(convert_to(r.document, 'UTF8'))""",
    )


def releases_told(cursor: CursorWrapper) -> list[Finding]:
    """Each release has its one event, and no event is left over."""
    return find(
        cursor,
        "releases_told",
        """SELECT coalesce(r.id, s.subject), 'release to ' || coalesce(r.to, 'nobody') || ' has events '
            || coalesce(s.kinds, 'none'), coalesce(r.merchant_id, s.shard_key)
        FROM payments_taxrelease r FULL JOIN (
            SELECT subject, string_agg(kind, ' ' ORDER BY kind) AS kinds,
                (array_agg(shard_key))[1] AS shard_key
            FROM base_event WHERE kind IN ('tax.released', 'tax.remitted') GROUP BY subject) s
            ON s.subject = r.id
        WHERE s.kinds IS DISTINCT FROM
            CASE r.to WHEN 'authority' THEN 'tax.remitted' WHEN 'payable' THEN 'tax.released' END""",
    )


def recalls_fill_their_refunds(cursor: CursorWrapper) -> list[Finding]:
    """A recall belongs to a posted refund, and fills only its tax and tips, out of sales and claims."""
    return find(
        cursor,
        "recalls_fill_their_refunds",
        """SELECT j.reference, a.code || ': recall moved ' || e.amount_minor || ', refund took '
            || coalesce(-b.amount_minor, 0), j.shard_key
        FROM wallets_journal j JOIN wallets_entry e ON e.journal_id = j.id
        JOIN wallets_account a ON a.id = e.account_id
        LEFT JOIN payments_refund r ON j.reference = 'recall:' || r.id AND r.state = 'posted'
            AND r.merchant_id = j.shard_key
        LEFT JOIN wallets_entry b ON b.journal_id = r.journal AND b.account_id = e.account_id
        WHERE j.kind = 'recall' AND (r.id IS NULL OR a.shard_key <> j.shard_key
            OR (e.amount_minor > 0 AND (e.amount_minor > coalesce(-b.amount_minor, 0)
                OR NOT (a.code LIKE 'merchant:%:tax:%' OR a.code LIKE 'merchant:%:tips')))
            OR (e.amount_minor < 0
                AND NOT (a.code LIKE 'merchant:%:payable' OR a.code LIKE 'merchant:%:tax_claim:%')))""",
    )


def claims_within_remitted(cursor: CursorWrapper) -> list[Finding]:
    """What was ever claimed from an authority went there, and no claim is above zero."""
    return find(
        cursor,
        "claims_within_remitted",
        """SELECT c.code, 'claim stands at ' || c.balance_minor || ', claimed ' || c.claimed || ', remitted '
            || coalesce(r.remitted, 0), c.shard_key
        FROM (
            SELECT a.code, a.shard_key, a.currency, a.balance_minor, split_part(a.code, ':', 5) AS place,
                coalesce(-sum(e.amount_minor) FILTER (WHERE e.amount_minor < 0), 0) AS claimed
            FROM wallets_account a LEFT JOIN wallets_entry e ON e.account_id = a.id
            WHERE a.code LIKE 'merchant:%:tax_claim:%'
            GROUP BY a.code, a.shard_key, a.currency, a.balance_minor) c
        LEFT JOIN (
            SELECT merchant_id, place, currency, sum(amount_minor) AS remitted FROM payments_taxrelease
            WHERE "to" = 'authority' GROUP BY merchant_id, place, currency) r
            ON r.merchant_id = c.shard_key AND r.place = c.place AND r.currency = c.currency
        WHERE c.balance_minor > 0 OR c.claimed > coalesce(r.remitted, 0)""",
    )


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        releases_have_journals,
        releases_move_their_parts,
        release_papers_match,
        releases_told,
        recalls_fill_their_refunds,
        claims_within_remitted,
    )
}
