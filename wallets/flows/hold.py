"""Promise money of one account to one payment."""

from uuid import UUID

from django.db import connection

from base.core.errors import Refused
from base.ids import new_id
from wallets.core.chart import AccountName
from wallets.models import Account


def hold(*, account: AccountName, amount_minor: int, payment_id: UUID, reference: str) -> UUID:
    """Hold `amount_minor` and return the hold's id.

    Raises Refused("balance_too_low", 409, missing_minor=...) or Refused("wallet_frozen", 403).
    """
    assert connection.in_atomic_block, "hold() belongs into the caller's transaction"
    assert amount_minor > 0, amount_minor
    row = Account.objects.filter(code=account.code).values_list("id", "balance_minor", "held_minor").first()
    if row is None:
        raise _too_low(amount_minor)
    account_id, balance_minor, held_minor = row
    hold_id = new_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_place_hold(%s, %s, %s, %s, %s)",
            [hold_id, account_id, amount_minor, payment_id, reference],
        )
        (outcome,) = cursor.fetchone()
    if outcome == "short":
        raise _too_low(max(amount_minor - (balance_minor - held_minor), 1))
    if outcome == "frozen":
        raise Refused(
            "wallet_frozen", "This wallet is frozen. Nothing was taken. Ask our support.", status=403
        )
    return hold_id


def _too_low(missing_minor: int) -> Refused:
    return Refused(
        "balance_too_low",
        "Your wallet does not hold enough. Nothing was taken.",
        status=409,
        missing_minor=missing_minor,
    )
