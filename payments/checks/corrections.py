"""What must always be true of corrected sales against the ledger."""

from django.db.backends.utils import CursorWrapper

from base.checks import Check, find
from base.core.findings import Finding


def corrections_have_journals(cursor: CursorWrapper) -> list[Finding]:
    """Each correction has its journal, and each correction journal its correction."""
    return find(
        cursor,
        "corrections_have_journals",
        """SELECT coalesce(c.id, j.id), 'correction ' || coalesce(c.id::text, 'missing')
            || ', journal ' || coalesce(j.reference, 'missing'), coalesce(c.merchant_id, j.shard_key)
        FROM payments_correction c
        FULL JOIN (SELECT * FROM wallets_journal WHERE kind = 'correction') j
            ON j.id = c.journal AND j.reference = 'correction:' || c.id
        WHERE c.id IS NULL OR j.id IS NULL""",
    )


def corrections_move_their_tax(cursor: CursorWrapper) -> list[Finding]:
    """A correction's lines add up to no gross and to its change of tax, which its journal moves."""
    return find(
        cursor,
        "corrections_move_their_tax",
        """SELECT c.id, 'tax ' || c.tax_before_minor || ' to ' || c.tax_minor || ', lines say gross '
            || coalesce(l.gross, 0)
            || ' tax ' || coalesce(l.tax, 0) || ', journal says ' || coalesce(s.tax, 0),
            c.merchant_id
        FROM payments_correction c LEFT JOIN (
            SELECT correction_id, sum(net_minor + tax_minor) AS gross, sum(tax_minor) AS tax
            FROM payments_correctionline GROUP BY correction_id) l ON l.correction_id = c.id
        LEFT JOIN (
            SELECT i.journal AS journal_id, sum(e.amount_minor) AS tax
            FROM payments_correction i JOIN wallets_entry e ON e.journal_id = i.journal
            JOIN wallets_account a ON a.id = e.account_id
            WHERE a.code LIKE 'merchant:%:tax:%' GROUP BY i.journal) s ON s.journal_id = c.journal
        WHERE coalesce(l.gross, 0) <> 0 OR coalesce(l.tax, 0) <> c.tax_minor - c.tax_before_minor
            OR coalesce(s.tax, 0) <> c.tax_minor - c.tax_before_minor""",
    )


CHECKS: dict[str, Check] = {
    check.__name__: check for check in (corrections_have_journals, corrections_move_their_tax)
}
