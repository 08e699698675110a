"""Count what a wallet spends, and refuse what its tier does not allow: one statement, whatever came before.

The count stands in the debit's own transaction, so a refusal or a crash takes it back with the debit.
"""

from datetime import UTC, datetime
from uuid import UUID

from django.db import connection

from wallets.core.limits import check_spending

# The days of a month are at most 31 rows, side by side in the primary key. The other days are read as
# they are committed: whoever spends from the same account waits for its row before coming here.
_COUNT = """
WITH today AS (
    INSERT INTO wallets_spending (wallet, currency, day, spent_minor) VALUES (%s, %s, %s, %s)
    ON CONFLICT (wallet, currency, day)
    DO UPDATE SET spent_minor = wallets_spending.spent_minor + excluded.spent_minor
    RETURNING wallet, currency, day, spent_minor)
SELECT w.tier, t.spent_minor, t.spent_minor + coalesce((
    SELECT sum(s.spent_minor) FROM wallets_spending s
    WHERE s.wallet = t.wallet AND s.currency = t.currency AND s.day <> t.day
        AND s.day >= date_trunc('month', t.day)::date
        AND s.day < (date_trunc('month', t.day) + interval '1 month')::date), 0)::bigint
FROM today t JOIN wallets_wallet w ON w.id = t.wallet
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
        cursor.execute(_COUNT, [wallet_id, currency, day, amount_minor])
        tier, day_minor, month_minor = cursor.fetchone()
    check_spending(
        tier=tier,
        currency=currency,
        amount_minor=amount_minor,
        day_minor=day_minor,
        month_minor=month_minor,
        day=day,
    )
