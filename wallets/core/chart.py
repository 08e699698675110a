"""The chart of accounts: the only place that knows how an account's code is built.

A name carries what is needed to open the account: code, currency, guarded or not, and the shard
(the merchant or wallet that it belongs to; the platform's own accounts belong to the nil UUID).
"""

from dataclasses import dataclass
from uuid import UUID

PLATFORM = UUID(int=0)


@dataclass(frozen=True, slots=True)
class AccountName:
    """code: unique, e.g. "merchant:<id>:EUR:payable". guarded: must never fall below what is held."""

    code: str
    currency: str
    guarded: bool
    shard_key: UUID


def customer(wallet: UUID, currency: str) -> AccountName:
    """What we owe a person in one currency."""
    return AccountName(f"customer:{wallet}:{currency}", currency, True, wallet)


def payable(merchant: UUID, currency: str) -> AccountName:
    """What we owe a merchant: sales without tax, tip and fee."""
    return _merchant(merchant, currency, "payable")


def tips(merchant: UUID, currency: str) -> AccountName:
    return _merchant(merchant, currency, "tips")


def tax(merchant: UUID, currency: str, place: str, name: str, rate: str) -> AccountName:
    """Tax of one place, kind and rate. rate: four decimals, e.g. "19.0000"."""
    return _merchant(merchant, currency, f"tax:{place}:{name}:{rate}")


def fees(merchant: UUID, currency: str) -> AccountName:
    """Our income from one merchant: one account a merchant, so that no row is hot."""
    return AccountName(f"platform:{currency}:fees:{merchant}", currency, False, merchant)


def cash(currency: str, rail: str) -> AccountName:
    """A bank account of ours: negative means we hold that much."""
    return AccountName(f"platform:{currency}:cash:{rail}", currency, False, PLATFORM)


def transit(currency: str, rail: str) -> AccountName:
    """Money ordered out and not yet confirmed by the bank."""
    return AccountName(f"platform:{currency}:transit:{rail}", currency, False, PLATFORM)


def _merchant(merchant: UUID, currency: str, rest: str) -> AccountName:
    return AccountName(f"merchant:{merchant}:{currency}:{rest}", currency, True, merchant)
