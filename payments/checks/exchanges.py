"""What must always be true of foreign wallets' payments and refunds against ledger and papers."""

from django.db.backends.utils import CursorWrapper

from base.checks import Check, find
from base.core.findings import Finding


def exchanges_move_their_money(cursor: CursorWrapper) -> list[Finding]:
    """The journals of such a sale and its refunds move just what was agreed, and no other one exchanges."""
    return find(
        cursor,
        "exchanges_move_their_money",
        """WITH sides AS (
            SELECT p.id, p.merchant_id, p.journal, p.wallet, p.currency, x.payer_currency,
                -x.payer_minor AS payer_minor, -p.total_minor AS shop_minor, 0::bigint AS result_minor
            FROM payments_exchange x JOIN payments_payment p ON p.id = x.payment_id
            WHERE p.state = 'settled'
            UNION ALL
            SELECT r.id, r.merchant_id, r.journal, p.wallet, p.currency, x.payer_currency,
                b.payer_minor, r.amount_minor - b.result_minor, b.result_minor
            FROM payments_refundexchange b JOIN payments_refund r ON r.id = b.refund_id
            JOIN payments_payment p ON p.id = r.payment_id
            LEFT JOIN payments_exchange x ON x.payment_id = p.id
            WHERE r.state = 'posted'
        ), legs AS (
            SELECT s.id, s.merchant_id, s.journal, l.code, l.amount FROM sides s CROSS JOIN LATERAL (VALUES
                ('customer:' || s.wallet || ':' || s.payer_currency, s.payer_minor),
                ('platform:' || s.payer_currency || ':fx:' || s.merchant_id, -s.payer_minor),
                ('platform:' || s.currency || ':fx:' || s.merchant_id, s.shop_minor),
                ('platform:' || s.currency || ':fx_result', s.result_minor)) l (code, amount)
            WHERE l.amount <> 0
        ), moved AS (
            SELECT j.id AS journal, a.code, sum(e.amount_minor) AS amount, j.shard_key
            FROM wallets_account a JOIN wallets_entry e ON e.account_id = a.id
            JOIN wallets_journal j ON j.id = e.journal_id
            WHERE (a.code LIKE 'platform:%:fx:%' OR a.code LIKE 'platform:%:fx_result')
                AND j.kind IN ('sale', 'refund')
            GROUP BY j.id, a.code
            UNION ALL
            SELECT e.journal_id, a.code, sum(e.amount_minor), (array_agg(s.merchant_id))[1]
            FROM sides s JOIN wallets_entry e ON e.journal_id = s.journal
            JOIN wallets_account a ON a.id = e.account_id WHERE a.code LIKE 'customer:%'
            GROUP BY e.journal_id, a.code
        )
        SELECT coalesce(l.id, m.journal), coalesce(l.code, m.code) || ': agreed ' || coalesce(l.amount, 0)
            || ', journal moved ' || coalesce(m.amount, 0), coalesce(l.merchant_id, m.shard_key)
        FROM legs l FULL JOIN moved m ON m.journal = l.journal AND m.code = l.code
        WHERE l.amount IS DISTINCT FROM m.amount""",
    )


def exchanges_share_out(cursor: CursorWrapper) -> list[Finding]:
    """What went back to a foreign wallet is its part of what it gave, by what has gone back of the sale."""
    return find(
        cursor,
        "exchanges_share_out",
        """SELECT x.payment_id, 'gave ' || x.payer_minor || ', back ' || coalesce(s.total, 0) || ' for '
            || p.refunded_minor || ' of ' || p.total_minor, p.merchant_id
        FROM payments_exchange x JOIN payments_payment p ON p.id = x.payment_id LEFT JOIN (
            SELECT r.payment_id, sum(b.payer_minor) AS total
            FROM payments_refundexchange b JOIN payments_refund r ON r.id = b.refund_id
            WHERE r.state = 'posted' GROUP BY r.payment_id) s ON s.payment_id = x.payment_id
        WHERE coalesce(s.total, 0) <> div(x.payer_minor::numeric * p.refunded_minor, p.total_minor)""",
    )


def exchanges_on_paper(cursor: CursorWrapper) -> list[Finding]:
    """The receipts of such a payment state the very terms that are kept; a correction's is of tax alone."""
    return find(
        cursor,
        "exchanges_on_paper",
        """SELECT t.id, 'receipt ' || t.number || ' states other terms: ' || coalesce(t.said::text, 'none'),
            t.merchant_id
        FROM payments_exchange x JOIN (
            SELECT id, number, merchant_id, payment_id, refund_id, body::jsonb -> 'exchange' AS said
            FROM payments_receipt
            WHERE payment_id IN (SELECT payment_id FROM payments_exchange) AND kind <> 'correction'
        ) t ON t.payment_id = x.payment_id
        LEFT JOIN payments_refundexchange b ON b.refund_id = t.refund_id
        WHERE (t.said ->> 'payer_currency', (t.said ->> 'payer_minor')::bigint,
                (t.said ->> 'rate')::numeric, t.said ->> 'source', (t.said ->> 'published_on')::date,
                (t.said ->> 'margin_ppm')::integer, (t.said ->> 'quoted_at')::timestamptz)
            IS DISTINCT FROM (x.payer_currency::text,
                CASE WHEN t.refund_id IS NULL THEN x.payer_minor ELSE b.payer_minor END,
                x.rate, x.source::text, x.published_on, x.margin_ppm, x.quoted_at)""",
    )


CHECKS: dict[str, Check] = {
    check.__name__: check for check in (exchanges_move_their_money, exchanges_share_out, exchanges_on_paper)
}
