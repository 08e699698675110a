"""Rows of the ledger, and of the wallets and orders around it."""

from wallets.models.ledger import Account, Entry, Hold, Journal
from wallets.models.top_up import TopUp
from wallets.models.transfer import Ask, Transfer
from wallets.models.wallet import Spending, Wallet
from wallets.models.withdrawal import Withdrawal

__all__ = [
    "Account",
    "Ask",
    "Entry",
    "Hold",
    "Journal",
    "Spending",
    "TopUp",
    "Transfer",
    "Wallet",
    "Withdrawal",
]
