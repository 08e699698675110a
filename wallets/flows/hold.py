"""Promise money of one account to one payment, with the entries that settling will write."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from base.core.errors import Refused
from wallets.core.chart import AccountName
from wallets.core.ledger import Leg, check_legs
from wallets.flows.open_account import open_account
from wallets.models import Account


def hold(*, account: AccountName, amount_minor: int, payment_id: UUID, legs: Sequence[Leg] = ()) -> None:
    """Hold `amount_minor` for a payment, which has no other hold and never will.

    legs: the balanced entries of the journal to be, which `ledger_settle_holds` writes; without them the hold
    is captured by `post`. Raises Refused("balance_too_low", 409, missing_minor=...),
    ("wallet_frozen", 403), ("capture_mismatch") for
    legs that do not take just `amount_minor` from `account`, and what `check_legs` refuses.
    """
    assert connection.in_atomic_block, "hold() belongs into the caller's transaction"
    assert amount_minor > 0, amount_minor
    if legs:
        check_legs(legs)
        if sum(leg.amount_minor for leg in legs if leg.account == account) != -amount_minor:
            raise Refused("capture_mismatch", "What is held is not what its legs take.")
    names = [account, *(leg.account for leg in legs)]
    ids = open_account(names=names)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_place_hold(%s, %s, %s, %s::uuid[], %s::bigint[])",
            [
                payment_id, ids[account], amount_minor,
                [ids[leg.account] for leg in legs] or None, [leg.amount_minor for leg in legs] or None,
            ],
        )  # fmt: skip
        (outcome,) = cursor.fetchone()
    if outcome != "held":
        raise not_held(outcome, account=account, amount_minor=amount_minor)


def not_held(outcome: str, *, account: AccountName, amount_minor: int) -> Refused:
    """What is said when the ledger answers "short" or "frozen" instead of holding an amount."""
    if outcome == "frozen":
        return Refused(
            "wallet_frozen", "This wallet is frozen. Nothing was taken. Ask our support.", status=403
        )
    assert outcome == "short", outcome
    row = Account.objects.get(code=account.code)
    free = row.balance_minor - row.held_minor
    return Refused(
        "balance_too_low",
        "Your wallet does not hold enough. Nothing was taken.",
        status=409,
        missing_minor=max(amount_minor - free, 1),
    )
