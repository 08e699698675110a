"""What must always be true of payments, refunds and receipts against the ledger."""

from django.db.backends.utils import CursorWrapper

from base.checks import Check, find
from base.core.findings import Finding


def settled_has_one_journal(cursor: CursorWrapper) -> list[Finding]:
    """Each settled payment has its sale journal over its total, and each sale journal its payment."""
    return find(
        cursor,
        "settled_has_one_journal",
        """SELECT coalesce(p.id, j.id), 'payment ' || coalesce(p.state, 'missing') || ', journal '
            || coalesce(j.reference, 'missing'), coalesce(p.merchant_id, j.shard_key)
        FROM (SELECT * FROM payments_payment WHERE state = 'settled') p
        FULL JOIN (SELECT * FROM wallets_journal WHERE kind = 'sale') j
            ON j.id = p.journal AND j.reference = 'sale:' || p.id
        WHERE p.id IS NULL OR j.id IS NULL""",
    )


def holds_end_once(cursor: CursorWrapper) -> list[Finding]:
    """A promised payment's hold is open, a settled one's is captured whole by its journal.

    It is over the payment's total, or over what a foreign wallet gives for it.
    """
    return find(
        cursor,
        "holds_end_once",
        """SELECT p.id, 'payment ' || p.state || ', hold ' || coalesce(h.state, 'missing'), p.merchant_id
        FROM payments_payment p LEFT JOIN wallets_hold h ON h.payment = p.id
        LEFT JOIN payments_exchange x ON x.payment_id = p.id
        WHERE h.payment IS NULL OR h.amount_minor <> coalesce(x.payer_minor, p.total_minor)
            OR (p.state = 'promised' AND h.state <> 'held')
            OR (p.state = 'settled' AND (h.state <> 'captured' OR h.journal IS DISTINCT FROM p.journal
                OR h.captured_minor <> coalesce(x.payer_minor, p.total_minor)))""",
    )


def promised_is_due(cursor: CursorWrapper) -> list[Finding]:
    """Each promised payment stands in the queue of settlement with its open hold, and nothing else does."""
    return find(
        cursor,
        "promised_is_due",
        """SELECT coalesce(p.id, d.payment_id), 'payment ' || coalesce(p.state, 'missing') || ', queue '
            || CASE WHEN d.payment_id IS NULL THEN 'missing' ELSE 'there' END,
            coalesce(p.merchant_id, d.merchant)
        FROM (SELECT * FROM payments_payment WHERE state = 'promised') p
        FULL JOIN payments_due d ON d.payment_id = p.id
        LEFT JOIN wallets_hold h ON h.payment = p.id AND h.leg_accounts IS NOT NULL
        WHERE p.id IS NULL OR d.payment_id IS NULL OR h.payment IS NULL
            OR d.merchant <> p.merchant_id""",
    )


def promised_settles_soon(cursor: CursorWrapper) -> list[Finding]:
    """No promise waits for its journal longer than a quarter of an hour: settling takes seconds."""
    return find(
        cursor,
        "promised_settles_soon",
        """SELECT id, 'promised since ' || created_at, merchant_id FROM payments_payment
        WHERE state = 'promised' AND created_at < now() - interval '15 minutes'""",
    )


def holds_have_payments(cursor: CursorWrapper) -> list[Finding]:
    """No money is held, and none was captured, for a payment that does not exist."""
    return find(
        cursor,
        "holds_have_payments",
        """SELECT h.payment, h.state || ' ' || h.amount_minor || ' for no payment',
            coalesce(j.shard_key, a.shard_key)
        FROM wallets_hold h LEFT JOIN payments_payment p ON p.id = h.payment
        LEFT JOIN wallets_account a ON a.id = h.account_id
        LEFT JOIN wallets_journal j ON j.id = h.journal
        WHERE h.state <> 'released' AND p.id IS NULL""",
    )


def lines_add_up(cursor: CursorWrapper) -> list[Finding]:
    """A sale's lines add up to its amount and its tax."""
    return find(
        cursor,
        "lines_add_up",
        """SELECT p.id, 'sale ' || p.sale_minor || ' tax ' || p.tax_minor || ', lines say '
            || coalesce(s.gross, 0) || ' and ' || coalesce(s.tax, 0), p.merchant_id
        FROM payments_payment p LEFT JOIN (
            SELECT l.payment_id, sum(l.net_minor + l.tax_minor) AS gross, sum(l.tax_minor) AS tax
            FROM payments_saleline l
            LEFT JOIN payments_correctionline c ON c.sale_line_id = l.id AND c.is_new
            WHERE c.id IS NULL GROUP BY l.payment_id) s ON s.payment_id = p.id
        WHERE p.sale_minor IS DISTINCT FROM s.gross OR p.tax_minor IS DISTINCT FROM s.tax""",
    )


def sale_moves_its_tax(cursor: CursorWrapper) -> list[Finding]:
    """A sale's journal moves just its tax, tip and fee."""
    return find(
        cursor,
        "sale_moves_its_tax",
        """SELECT p.id, 'tax ' || p.tax_minor || ' tip ' || p.tip_minor || ' fee ' || p.fee_minor
            || ', journal says ' || s.tax || ', ' || s.tip || ', ' || s.fee, p.merchant_id
        FROM payments_payment p JOIN (
            SELECT e.journal_id,
                coalesce(sum(e.amount_minor) FILTER (WHERE a.code LIKE 'merchant:%:tax:%'), 0) AS tax,
                coalesce(sum(e.amount_minor) FILTER (WHERE a.code LIKE 'merchant:%:tips'), 0) AS tip,
                coalesce(sum(e.amount_minor) FILTER (WHERE a.code LIKE 'platform:%:fees:%'), 0) AS fee
            FROM wallets_entry e JOIN wallets_account a ON a.id = e.account_id
            GROUP BY e.journal_id) s ON s.journal_id = p.journal
        WHERE (p.tax_minor, p.tip_minor, p.fee_minor) IS DISTINCT FROM (s.tax, s.tip, s.fee)""",
    )


def refunds_within(cursor: CursorWrapper) -> list[Finding]:
    """What went back of a payment is the sum of its posted refunds, and never more than was paid."""
    return find(
        cursor,
        "refunds_within",
        """SELECT p.id, 'refunded ' || p.refunded_minor || ' of ' || p.total_minor || ', refunds say '
            || coalesce(s.total, 0), p.merchant_id
        FROM payments_payment p LEFT JOIN (
            SELECT payment_id, sum(amount_minor) AS total FROM payments_refund
            WHERE state = 'posted' GROUP BY payment_id) s ON s.payment_id = p.id
        WHERE p.refunded_minor <> coalesce(s.total, 0) OR p.refunded_minor > p.total_minor""",
    )


def refunds_have_journals(cursor: CursorWrapper) -> list[Finding]:
    """Each posted refund has its journal, and each refund journal its refund."""
    return find(
        cursor,
        "refunds_have_journals",
        """SELECT coalesce(r.id, j.id), 'refund ' || coalesce(r.state, 'missing') || ', journal '
            || coalesce(j.reference, 'missing'), coalesce(r.merchant_id, j.shard_key)
        FROM (SELECT * FROM payments_refund WHERE state = 'posted') r
        FULL JOIN (SELECT * FROM wallets_journal WHERE kind = 'refund') j
            ON j.id = r.journal AND j.reference = 'refund:' || r.id
        WHERE r.id IS NULL OR j.id IS NULL""",
    )


def refunds_add_up(cursor: CursorWrapper) -> list[Finding]:
    """A refund's lines and tip are its amount, and its journal moves just that amount, tax, tip and fee."""
    return find(
        cursor,
        "refunds_add_up",
        """SELECT r.id, 'refund ' || r.amount_minor || ' tax ' || r.tax_minor || ' tip ' || r.tip_minor
            || ' fee ' || r.fee_minor || ', lines say ' || coalesce(l.gross, 0) || ' and '
            || coalesce(l.tax, 0) || ', journal says ' || concat_ws(', ', s.amount, s.tax, s.tip, s.fee),
            r.merchant_id
        FROM payments_refund r LEFT JOIN (
            SELECT refund_id, sum(net_minor + tax_minor) AS gross, sum(tax_minor) AS tax
            FROM payments_refundline GROUP BY refund_id) l ON l.refund_id = r.id
        LEFT JOIN (
            SELECT i.journal AS journal_id,
                coalesce(sum(e.amount_minor) FILTER (WHERE a.code LIKE 'customer:%'), 0) AS amount,
                coalesce(-sum(e.amount_minor) FILTER (WHERE a.code LIKE 'merchant:%:tax:%'), 0) AS tax,
                coalesce(-sum(e.amount_minor) FILTER (WHERE a.code LIKE 'merchant:%:tips'), 0) AS tip,
                coalesce(-sum(e.amount_minor) FILTER (WHERE a.code LIKE 'platform:%:fees:%'), 0) AS fee
            FROM payments_refund i JOIN wallets_entry e ON e.journal_id = i.journal
            JOIN wallets_account a ON a.id = e.account_id GROUP BY i.journal) s ON s.journal_id = r.journal
        LEFT JOIN payments_refundexchange b ON b.refund_id = r.id
        WHERE r.state = 'posted' AND (
            (r.amount_minor - r.tip_minor, r.tax_minor) IS DISTINCT FROM (l.gross, l.tax)
            OR (coalesce(b.payer_minor, r.amount_minor), r.tax_minor, r.tip_minor, r.fee_minor)
                IS DISTINCT FROM (s.amount, s.tax, s.tip, s.fee))""",
    )


def receipts_without_gaps(cursor: CursorWrapper) -> list[Finding]:
    """A merchant's receipt numbers run 1, 2, 3 ... up to its counter."""
    return find(
        cursor,
        "receipts_without_gaps",
        """SELECT coalesce(c.merchant_id, s.merchant_id), 'counter ' || coalesce(c.last, 0) || ', '
            || coalesce(s.receipts, 0) || ' receipts up to ' || coalesce(s.highest, 0),
            coalesce(c.merchant_id, s.merchant_id)
        FROM payments_receiptcounter c FULL JOIN (
            SELECT merchant_id, count(*) AS receipts, max(number) AS highest, min(number) AS lowest
            FROM payments_receipt GROUP BY merchant_id) s ON s.merchant_id = c.merchant_id
        WHERE coalesce(c.last, 0) <> coalesce(s.highest, 0) OR coalesce(s.highest, 0)
            <> coalesce(s.receipts, 0) OR coalesce(s.lowest, 1) <> 1""",
    )


def receipts_match_journals(cursor: CursorWrapper) -> list[Finding]:
    """Each sale and refund journal has one receipt, whose bytes hash to what the journal keeps."""
    return find(
        cursor,
        "receipts_match_journals",
        """SELECT coalesce(r.id, j.id), 'receipt ' || coalesce(r.number::text, 'missing')
            || ' does not match its journal', coalesce(r.merchant_id, j.shard_key)
        FROM payments_receipt r
        FULL JOIN (SELECT * FROM wallets_journal WHERE kind IN ('sale', 'refund', 'correction')) j
            ON j.id = r.journal
        WHERE r.id IS NULL OR j.id IS NULL OR r.sha256 <> sha256(convert_to(r.body, 'UTF8'))
            OR r.sha256 IS DISTINCT FROM j.document_sha256""",
    )


def events_told(cursor: CursorWrapper) -> list[Finding]:
    """Each change of a payment has its one event (promised, settled, refund), and no event is left over."""
    return find(
        cursor,
        "events_told",
        """SELECT coalesce(p.id, s.subject), 'payment ' || coalesce(p.state, 'missing') || ' with '
            || coalesce(r.refunds, 0) || ' refunds has events ' || coalesce(s.kinds, 'none'),
            coalesce(p.merchant_id, s.shard_key)
        FROM payments_payment p FULL JOIN (
            SELECT subject, string_agg(kind, ' ' ORDER BY kind) AS kinds,
                (array_agg(shard_key))[1] AS shard_key
            FROM base_event WHERE kind IN ('payment.promised', 'payment.settled', 'refund.posted')
            GROUP BY subject) s ON s.subject = p.id
        LEFT JOIN (
            SELECT payment_id, count(*)::int AS refunds FROM payments_refund WHERE state = 'posted'
            GROUP BY payment_id) r ON r.payment_id = p.id
        WHERE p.id IS NULL OR coalesce(s.kinds, '') <> CASE p.state WHEN 'settled'
            THEN 'payment.promised payment.settled' || repeat(' refund.posted', coalesce(r.refunds, 0))
            ELSE 'payment.promised' END""",
    )


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        settled_has_one_journal,
        holds_end_once,
        promised_is_due,
        promised_settles_soon,
        holds_have_payments,
        lines_add_up,
        sale_moves_its_tax,
        refunds_within,
        refunds_have_journals,
        refunds_add_up,
        receipts_without_gaps,
        receipts_match_journals,
        events_told,
    )
}
