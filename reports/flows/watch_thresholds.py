"""Read each shop's turnover against the thresholds of its countries; tell it at 80 % and at 100 %, each once.

The row of a notice and its mails are one transaction, and the row is unique: two clocks at once, or a clock
that was killed and rings again, give one mail. Who passes both levels at once gets one mail.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from base.flows.retry import retry
from base.ids import database_now, new_id
from merchants.flows.tell_members import tell_members
from merchants.models import Merchant
from reports.queries.books import merchant_of
from reports.queries.turnover import countries_of, merchants_in_blocks, turnover_of
from taxes.core.thresholds import REACHED, Reading, Threshold, earliest, read, to_tell, watched
from taxes.queries import THRESHOLDS
from wallets.core.money_text import display_with_code

BLOCK = 500
TOLD = ("owner", "accountant")
log = logging.getLogger(__name__)

_KEEP = """
INSERT INTO reports_thresholdnotice
    (id, merchant_id, threshold, span, level, turnover_minor, currency, mailed)
SELECT unnest(%s::uuid[]), %s, %s, %s, unnest(%s::int[]), %s, %s, unnest(%s::bool[])
ON CONFLICT (merchant_id, threshold, span, level) DO NOTHING RETURNING level
"""


def watch_thresholds(*, on: date | None = None, table: Sequence[Threshold] = THRESHOLDS) -> int:
    """Look at all shops; return how many notices were given. on: the day, by default today (UTC)."""
    today = on or database_now().date()
    return sum(_block(block, today, table) for block in merchants_in_blocks(BLOCK))


def _block(merchants: Collection[UUID], today: date, table: Sequence[Threshold]) -> int:
    sold, countries, given = turnover_of(merchants, earliest(today)), countries_of(merchants), 0
    for merchant_id, months in sold.items():
        for threshold, span in watched(table, countries[merchant_id], today):
            reading = read(threshold, span, months)
            if levels := to_tell(reading, today):
                given += _tell(merchant_id=merchant_id, reading=reading, levels=levels)
    return given


@retry
def _tell(*, merchant_id: UUID, reading: Reading, levels: tuple[int, ...]) -> int:
    """Keep what is new, and mail the highest of it; 1 when this call gave a notice, else 0."""
    top = max(levels)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            [
                [new_id() for _ in levels],
                merchant_id,
                reading.threshold.code,
                reading.span.label,
                list(levels),
                reading.turnover_minor,
                reading.threshold.currency,
                [level == top for level in levels],
            ],
        )
        fresh = [level for (level,) in cursor.fetchall()]
        if top not in fresh:
            return 0
        merchant = merchant_of(merchant_id)
        told = tell_members(
            merchant=merchant,
            roles=TOLD,
            subject=_subject(merchant, reading),
            body=_letter(merchant, reading),
        )
    log.info("threshold %s %s: %s %% told to %s", reading.threshold.code, reading.span.label, top, told)
    return 1


def _subject(merchant: Merchant, reading: Reading) -> str:
    what = "reached" if reading.level == REACHED else f"at {reading.percent} %"
    return f"{merchant.trade_name}: {reading.threshold.title} ({reading.threshold.country}) {what}"[:200]


def _letter(merchant: Merchant, reading: Reading) -> str:
    row, span = reading.threshold, reading.span
    amount = display_with_code(row.amount_minor, row.currency, "en")
    turnover = display_with_code(reading.turnover_minor, row.currency, "en")
    payments = f"Payments: {reading.payments}, of {row.payments}.\n" if row.payments else ""
    taxed = (
        "Your sales there carry tax already. If you are registered, there is nothing to do.\n\n"
        if reading.taxed and row.basis != "payments"
        else ""
    )
    return (
        f"{row.country}: {row.title}\n\n"
        f"Sold through Quittance in {span.label} so far: {turnover}\n"
        f"The threshold: {amount}\n{payments}\n"
        f"{row.meaning}\n\n{taxed}"
        "This counts only what was paid by our codes: cash, cards and other sales come on top.\n"
        "It is no advice, and the amount may have changed. Ask somebody who knows your law.\n\n"
        f"Source: {row.source}\n"
        f"{settings.BASE_URL}/books/{merchant.pk}/thresholds/"
    )
