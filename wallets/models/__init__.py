"""Rows of the ledger, and of the wallets, orders and rates around it."""

from wallets.models.books import ClosedBooks
from wallets.models.fx import FxImport, FxRate
from wallets.models.ledger import Account, Entry, Hold, Journal
from wallets.models.top_up import TopUp
from wallets.models.transfer import Ask, Transfer
from wallets.models.wallet import Spending, Wallet
from wallets.models.withdrawal import Withdrawal

__all__ = [
    "Account",
    "Ask",
    "ClosedBooks",
    "Entry",
    "FxImport",
    "FxRate",
    "Hold",
    "Journal",
    "Spending",
    "TopUp",
    "Transfer",
    "Wallet",
    "Withdrawal",
]
