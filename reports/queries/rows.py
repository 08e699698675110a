"""The rows of an export: one per sale line and tax, tip, fee, partner's part, refund, payout and share got.

One relation (`ROWS`, amounts in minor units) is read in three ways inside one snapshot: as CSV text streamed
by COPY, added up per kind and tax, and added up per day (`reports.queries.days`). Text cells are made safe
here, in SQL: line breaks and other control signs become blanks, and what a spreadsheet could take for a
formula gets an apostrophe. Numbers never do.
"""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from reports.core.periods import Period
from reports.core.totals import Sum
from taxes.core.rates import place_of, rate_code
from wallets.core.currencies import CURRENCIES

ROWS_A_BLOCK = 1000

# Line breaks and other control signs, and the invisible ones that turn the direction of writing.
_CONTROL = r"[\x01-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
# What a spreadsheet reads as a formula, full-width forms too, also behind blanks (OWASP, CSV injection).
# The blanks are listed: what \s holds beyond ASCII depends on the database's locale.
_BLANKS = r"[\s\u00a0\u1680\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff]*"
_FORMULA = rf"^(?={_BLANKS}[=+\-@\uff1d\uff0b\uff0d\uff20])"


def safe_text(value: str) -> str:
    """SQL of a text cell that no spreadsheet takes for a formula; NULL stays NULL (an empty cell)."""
    return f"regexp_replace(regexp_replace({value}, '{_CONTROL}', ' ', 'g'), '{_FORMULA}', '''')"


def _instant(value: str) -> str:
    return f"""to_char({value} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


# Fees, parts and payouts (ranks above the tip's) are nothing that the payer paid, nor is a correction.
_PAID = "(r.rank <= 100000000 AND r.kind <> 'correction')"
# What a foreign wallet gave, shared over a journal's rows by what they and those before them come to: rounded
# down each time, so that they add up to it exactly. A refund's are negative, as its rows are.
_PAYER_AMOUNT = """CASE WHEN h.payer_minor IS NULL THEN (r.net_minor + r.tax_minor) * h.unit
    ELSE (div(h.payer_minor::numeric * u.upto, h.whole_minor)
        - div(h.payer_minor::numeric * (u.upto - abs(r.net_minor + r.tax_minor)), h.whole_minor))
        * sign((r.net_minor + r.tax_minor)::numeric) * h.payer_unit END"""
_UPTO = """CASE WHEN h.payer_minor IS NULL OR r.rank > 100000000 THEN NULL
    WHEN r.rank = 100000000 THEN h.whole_minor
    WHEN h.refund_id IS NULL THEN (
        SELECT sum(l.net_minor + l.tax_minor) FROM payments_saleline l
        WHERE l.payment_id = h.payment_id AND l.line * 100 + l.part <= r.rank)
    ELSE (
        SELECT sum(g.net_minor + g.tax_minor) FROM payments_refundline g
        JOIN payments_saleline l ON l.id = g.sale_line_id
        WHERE g.refund_id = h.refund_id AND l.line * 100 + l.part <= r.rank) END"""

# The cells of a row in the order of the file. r: the row, h: its journal, p: its place, s: who asked.
_CELLS: dict[str, str] = {
    "row_id": "r.journal_id || '/' || r.item",
    "journal_id": "r.journal_id",
    "receipt_no": "h.receipt_no",
    "payment_id": "h.payment_id",
    "kind": "r.kind",
    "related_id": "h.related_id",
    "happened_at": _instant("h.happened_at"),
    "local_date": "(h.happened_at AT TIME ZONE p.time_zone)::date",
    "time_zone": "p.time_zone",
    "merchant": "p.merchant",
    "branch": "p.branch",
    "till": "p.till",
    "cashier": "s.name",
    "description": safe_text("r.description"),
    "tax_country": "p.country",
    "tax_region": "nullif(p.region, '')",
    "tax": f"nullif({safe_text('r.tax')}, '')",
    "tax_category": f"nullif({safe_text('r.category')}, '')",
    "zero_reason": "nullif(r.zero_reason, '')",
    "tax_rate": "r.rate",
    "prices_include_tax": "CASE WHEN h.prices_include_tax THEN 'true' ELSE 'false' END",
    "net": "r.net_minor * h.unit",
    "tax_amount": "r.tax_minor * h.unit",
    "gross": "(r.net_minor + r.tax_minor) * h.unit",
    "currency": "h.currency",
    "minor_units": "h.minor_units",
    "fx_rate": f"CASE WHEN {_PAID} THEN trim_scale(h.fx_rate) END",
    "fx_source": f"CASE WHEN {_PAID} THEN h.fx_source END",
    "fx_at": f"CASE WHEN {_PAID} THEN h.fx_on END",
    "payer_currency": f"CASE WHEN {_PAID} THEN coalesce(h.payer_currency, h.currency) END",
    "payer_amount": f"CASE WHEN {_PAID} THEN {_PAYER_AMOUNT} END",
    "payer_country": f"CASE WHEN {_PAID} THEN h.payer_country END",
    "payer_country_source": f"CASE WHEN {_PAID} THEN h.payer_country_source END",
    "cross_border": f"CASE WHEN {_PAID} AND h.cross_border THEN 'true'"
    f" WHEN {_PAID} AND NOT h.cross_border THEN 'false' END",
    "in_person": "CASE WHEN h.payment_id IS NOT NULL THEN 'true' END",
    "method": "CASE h.kind WHEN 'share' THEN 'share' WHEN 'sale' THEN 'wallet' WHEN 'refund' THEN 'wallet'"
    " WHEN 'correction' THEN 'wallet'"
    " ELSE 'bank' END",
    "mcc": "p.mcc",
    "period": "%(period)s",
    "note": f"nullif({safe_text('h.note')}, '')",
}
COLUMN_NAMES = tuple(_CELLS)

# What happened: one head a journal, its amounts signed as the merchant sees them, and its rows.
ROWS = """
journals AS (
    SELECT id, happened_at FROM wallets_journal
    WHERE shard_key = %(merchant)s AND happened_at >= %(starts_at)s AND happened_at < %(ends_at)s
), heads AS (
    SELECT j.id AS journal_id, j.happened_at, 'sale' AS kind, '' AS prefix, NULL::uuid AS related_id,
        p.id AS payment_id, NULL::uuid AS refund_id, p.reference AS note,
        p.tip_minor, -p.fee_minor AS fee_minor, p.currency, p.prices_include_tax, p.branch_id, p.till_id,
        CASE q.kind WHEN 'one_time' THEN q.created_by_id END AS cashier_id,
        x.payer_currency, x.payer_minor, p.total_minor AS whole_minor, x.rate AS fx_rate,
        x.source AS fx_source, x.published_on AS fx_on,
        p.payer_country, p.payer_country_source, p.cross_border
    FROM journals j JOIN payments_payment p ON p.journal = j.id JOIN merchants_qrcode q ON q.id = p.code_id
        LEFT JOIN payments_exchange x ON x.payment_id = p.id
    WHERE p.merchant_id = %(merchant)s AND p.state = 'settled'
    UNION ALL
    SELECT j.id, j.happened_at, 'refund', 'refund_', p.journal,
        p.id, f.id, f.reason,
        -f.tip_minor, f.fee_minor, p.currency, p.prices_include_tax, p.branch_id, p.till_id,
        f.ordered_by_id,
        x.payer_currency, b.payer_minor, f.amount_minor, x.rate, x.source, x.published_on,
        p.payer_country, p.payer_country_source, p.cross_border
    FROM journals j JOIN payments_refund f ON f.journal = j.id JOIN payments_payment p ON p.id = f.payment_id
        LEFT JOIN payments_exchange x ON x.payment_id = p.id
        LEFT JOIN payments_refundexchange b ON b.refund_id = f.id
    WHERE f.merchant_id = %(merchant)s AND f.state = 'posted'
    UNION ALL
    SELECT j.id, j.happened_at, 'correction', '', p.journal,
        p.id, NULL, p.reference,
        0, 0, p.currency, p.prices_include_tax, p.branch_id, p.till_id, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM journals j JOIN payments_correction c ON c.journal = j.id
        JOIN payments_payment p ON p.id = c.payment_id
    WHERE c.merchant_id = %(merchant)s
    UNION ALL
    SELECT j.id, j.happened_at, 'payout', '', NULL, NULL, NULL, w.rail_reference,
        0, 0, w.currency, false, NULL, NULL, w.ordered_by_id,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM journals j JOIN payments_payout w ON w.journal = j.id WHERE w.merchant_id = %(merchant)s
    UNION ALL
    SELECT j.id, j.happened_at, 'payout_returned', '', w.journal, NULL, NULL, w.rail_reference,
        0, 0, w.currency, false, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM journals j JOIN payments_payout w ON w.end_journal = j.id
    WHERE w.merchant_id = %(merchant)s AND w.state = 'returned'
    UNION ALL
    SELECT j.id, j.happened_at, 'share', '', NULL, NULL, NULL, '',
        0, 0, s.currency, false, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM journals j JOIN payments_splitshare s ON s.journal = j.id WHERE s.partner_id = %(merchant)s
), items AS (
    SELECT h.journal_id, h.kind, l.line * 100 + l.part AS rank, l.line || '.' || l.part AS item,
        l.description, l.tax, l.category, l.zero_reason, l.rate, l.net_minor, l.tax_minor
    FROM heads h JOIN payments_saleline l ON l.payment_id = h.payment_id
        LEFT JOIN payments_correctionline c ON c.sale_line_id = l.id AND c.is_new
    WHERE h.kind = 'sale' AND c.id IS NULL
    UNION ALL
    SELECT h.journal_id, h.kind, l.line * 100 + l.part, l.line || '.' || l.part,
        l.description, l.tax, l.category, l.zero_reason, l.rate, g.net_minor, g.tax_minor
    FROM heads h JOIN payments_correction c ON c.journal = h.journal_id
        JOIN payments_correctionline g ON g.correction_id = c.id
        JOIN payments_saleline l ON l.id = g.sale_line_id
    WHERE h.kind = 'correction'
    UNION ALL
    SELECT h.journal_id, h.kind, l.line * 100 + l.part, l.line || '.' || l.part,
        l.description, l.tax, l.category, l.zero_reason, l.rate, -g.net_minor, -g.tax_minor
    FROM heads h JOIN payments_refundline g ON g.refund_id = h.refund_id
        JOIN payments_saleline l ON l.id = g.sale_line_id
    WHERE g.net_minor <> 0 OR g.tax_minor <> 0
    UNION ALL
    SELECT journal_id, prefix || 'tip', 100000000, 'tip',
        'Tip', '', '', 'outside_scope', NULL, tip_minor, 0
    FROM heads WHERE tip_minor <> 0
    UNION ALL
    SELECT journal_id, prefix || 'fee', 100000001, 'fee',
        'Payment fee', '', '', 'outside_scope', NULL, fee_minor, 0
    FROM heads WHERE fee_minor <> 0
    UNION ALL
    SELECT h.journal_id, 'split', 100000002, 'split.' || s.id,
        u.label, '', '', 'outside_scope', NULL, -s.amount_minor, 0
    FROM heads h JOIN payments_splitshare s ON s.payment_id = h.payment_id
        JOIN merchants_splitrule u ON u.id = s.rule_id WHERE h.kind = 'sale'
    UNION ALL
    SELECT h.journal_id, h.kind, 100000003, 'share',
        u.label, '', '', 'outside_scope', NULL, s.amount_minor, 0
    FROM heads h JOIN payments_splitshare s ON s.journal = h.journal_id
        JOIN merchants_splitrule u ON u.id = s.rule_id WHERE h.kind = 'share'
    UNION ALL
    SELECT h.journal_id, h.kind, 100000004, 'payout',
        'Payout', '', '', 'outside_scope', NULL, -w.amount_minor, 0
    FROM heads h JOIN payments_payout w ON w.journal = h.journal_id WHERE h.kind = 'payout'
    UNION ALL
    SELECT h.journal_id, h.kind, 100000004, 'payout',
        'Payout returned', '', '', 'outside_scope', NULL, w.amount_minor, 0
    FROM heads h JOIN payments_payout w ON w.end_journal = h.journal_id WHERE h.kind = 'payout_returned'
)
"""

# Our own exponents (ISO 4217): minor units times 1e-2 is the exact decimal with both its digits.
EXPONENTS = json.dumps({code: currency.exponent for code, currency in CURRENCIES.items()})

# Names are made safe once a place and a person, not once a row.
COPY = f"""
COPY (
WITH {ROWS}, places AS MATERIALIZED (
    SELECT b.id AS branch_id, t.id AS till_id, m.mcc, b.country, b.region, b.time_zone,
        {safe_text("m.legal_name")} AS merchant, {safe_text("b.name")} AS branch,
        {safe_text("t.name")} AS till
    FROM merchants_merchant m JOIN merchants_branch b ON b.merchant_id = m.id
        CROSS JOIN LATERAL (
            SELECT id, name FROM merchants_till WHERE branch_id = b.id UNION ALL SELECT NULL, NULL
        ) t
    WHERE m.id = %(merchant)s
    UNION ALL
    -- What belongs to no place of sale stands under the business itself, by the clock of its first branch.
    SELECT m.id, NULL, m.mcc, m.country, '', coalesce((
        SELECT time_zone FROM merchants_branch WHERE merchant_id = m.id ORDER BY id LIMIT 1), 'UTC'),
        {safe_text("m.legal_name")}, NULL, NULL
    FROM merchants_merchant m WHERE m.id = %(merchant)s
), staff AS MATERIALIZED (
    SELECT id, {safe_text("coalesce(nullif(name, ''), email)")} AS name FROM people_user
    WHERE id IN (SELECT cashier_id FROM heads)
), numbered AS (
    SELECT heads.*, t.number AS receipt_no, e.minor_units, ('1e-' || e.minor_units)::numeric AS unit,
        ('1e-' || (%(exponents)s::jsonb ->> heads.payer_currency))::numeric AS payer_unit
    FROM heads LEFT JOIN payments_receipt t ON t.journal = heads.journal_id
        CROSS JOIN LATERAL (SELECT (%(exponents)s::jsonb ->> heads.currency)::int AS minor_units) e
)
SELECT {", ".join(_CELLS.values())}
FROM items r JOIN numbered h ON h.journal_id = r.journal_id
    JOIN places p ON p.branch_id = coalesce(h.branch_id, %(merchant)s)
        AND p.till_id IS NOT DISTINCT FROM h.till_id
    LEFT JOIN staff s ON s.id = h.cashier_id
    CROSS JOIN LATERAL (SELECT {_UPTO} AS upto) u
ORDER BY h.happened_at, r.journal_id, r.rank
) TO STDOUT (FORMAT csv, ENCODING 'UTF8')
"""  # noqa: S608 - built from the fixed texts above; values are bound

_SUMS = f"""
WITH {ROWS}
SELECT h.currency, r.kind, coalesce(b.country, m.country), coalesce(b.region, ''), r.tax, r.rate,
    r.zero_reason, count(*), sum(r.net_minor)::bigint, sum(r.tax_minor)::bigint
FROM items r JOIN heads h ON h.journal_id = r.journal_id JOIN merchants_merchant m ON m.id = %(merchant)s
    LEFT JOIN merchants_branch b ON b.id = h.branch_id
GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6 DESC NULLS LAST, 7
"""  # noqa: S608 - the same


def row_blocks(cursor: CursorWrapper, merchant_id: UUID, period: Period) -> Iterator[bytes]:
    """The rows as CSV text in blocks of ROWS_A_BLOCK lines, each line ended by LF, oldest first.

    One statement; neither side ever holds more than a block. To be read inside `snapshot()`.
    """
    with cursor.copy(COPY, values_of(merchant_id, period) | {"exponents": EXPONENTS}) as copy:
        lines = iter(copy)
        while block := b"".join(islice(lines, ROWS_A_BLOCK)):
            yield block


def sums_of(cursor: CursorWrapper, merchant_id: UUID, period: Period) -> list[Sum]:
    """The same rows added up per currency, kind, place, tax, rate and zero reason; one statement."""
    cursor.execute(_SUMS, values_of(merchant_id, period))
    return [
        Sum(currency, kind, place_of(country, region), tax, rate_code(rate) if tax else "", reason, *figures)
        for currency, kind, country, region, tax, rate, reason, *figures in cursor.fetchall()
    ]


def values_of(merchant_id: UUID, period: Period) -> dict[str, Any]:
    """What a statement over ROWS is bound to."""
    return {
        "merchant": merchant_id,
        "starts_at": period.starts_at,
        "ends_at": period.ends_at,
        "period": period.label,
    }
