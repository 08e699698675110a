"""Rows of the ledger, and of the wallets and orders around it."""

from wallets.models.ledger import Account, Entry, Hold, Journal
from wallets.models.top_up import TopUp
from wallets.models.wallet import Spending, Wallet

__all__ = [
    "Account",
    "Entry",
    "Hold",
    "Journal",
    "Spending",
    "TopUp",
    "Wallet",
]
