"""Refuse money that would leave more in a wallet than its tier may hold."""

from uuid import UUID

from django.db import connection

from wallets.core import chart
from wallets.core.limits import check_holding
from wallets.models import Account, Wallet


def limit_holding(*, wallet_id: UUID, currency: str) -> None:
    """Look at a wallet's balance after a credit was posted in the same transaction.

    For top-ups and received sends; never for what goes back (refund, return, reversal).
    Raises Refused("wallet_full", 409, cap_minor=...).
    """
    assert connection.in_atomic_block, "limit_holding() belongs into the credit's transaction"
    tier = Wallet.objects.values_list("tier", flat=True).get(pk=wallet_id)
    code = chart.customer(wallet_id, currency).code
    balance_minor = Account.objects.values_list("balance_minor", flat=True).get(code=code)
    check_holding(tier=tier, currency=currency, balance_minor=balance_minor)
