"""Count what a wallet spends, and refuse what its tier does not allow: one statement, whatever came before.

The count stands in the debit's own transaction, so a refusal or a crash takes it back with the debit.
"""

from datetime import UTC, datetime
from uuid import UUID

from django.db import connection

from wallets.core.limits import check_spending

_COUNT = """
SELECT w.tier, s.day_minor, s.month_minor
FROM wallets_wallet w, wallets_count_spending(w.id, %s, %s, %s) s WHERE w.id = %s
"""


def limit_spending(*, wallet_id: UUID, currency: str, amount_minor: int, at: datetime) -> None:
    """Count a debit of a customer's account against its limits of payment, day and month (UTC, by `at`).

    Belongs into the debit's open transaction, after the payer's account row is locked (by `hold` or
    `post`): only then is the count of a race right. What goes back later is not counted back.
    Raises Refused("over_limit", 409, cap_minor=..., period="payment" | "day" | "month").
    """
    assert connection.in_atomic_block, "limit_spending() belongs into the debit's transaction"
    assert amount_minor > 0, amount_minor
    day = at.astimezone(UTC).date()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [currency, day, amount_minor, wallet_id])
        tier, day_minor, month_minor = cursor.fetchone()
    check_spending(
        tier=tier,
        currency=currency,
        amount_minor=amount_minor,
        day_minor=day_minor,
        month_minor=month_minor,
        day=day,
    )
