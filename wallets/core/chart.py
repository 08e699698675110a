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

    @property
    def owner(self) -> str:
        """Whose it is: "customer", "merchant" or "platform"."""
        return self.code.partition(":")[0]

    @property
    def kind(self) -> str:
        """What a merchant's account is: "payable", "tips", "tax", "split_due", ..."""
        assert self.owner == "merchant", self.code
        return self.code.split(":")[3]

    @property
    def place(self) -> str:
        """The jurisdiction of a tax or claim account, "DE" or "US-TX"; "" for every other account."""
        return self.code.split(":")[4] if self.kind in {"tax", "tax_claim"} else ""


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


def split_due(merchant: UUID, currency: str) -> AccountName:
    """A partner's part of this merchant's sales, until the partner's own lane takes it over."""
    return _merchant(merchant, currency, "split_due")


def tax_claim(merchant: UUID, currency: str, place: str) -> AccountName:
    """Tax given back after it was remitted; below zero until the next remittance nets it."""
    return AccountName(f"merchant:{merchant}:{currency}:tax_claim:{place}", currency, False, merchant)


def fees(merchant: UUID, currency: str) -> AccountName:
    """Our income from one merchant: one account a merchant, so that no row is hot."""
    return AccountName(f"platform:{currency}:fees:{merchant}", currency, False, merchant)


def fx(merchant: UUID, currency: str) -> AccountName:
    """Our position from exchange for one merchant's sales; either sign."""
    return AccountName(f"platform:{currency}:fx:{merchant}", currency, False, merchant)


def fx_result(currency: str) -> AccountName:
    """What exchange has earned or cost us."""
    return _platform(currency, "fx_result")


def fee_tax(currency: str, place: str) -> AccountName:
    """Tax on our own fees, where a place asks for it."""
    return _platform(currency, f"fee_tax:{place}")


def authority(currency: str, place: str) -> AccountName:
    """Remitted tax on its way to the authority of a place."""
    return _platform(currency, f"authority:{place}")


def suspense(currency: str) -> AccountName:
    """Money that came in and cannot be matched yet."""
    return _platform(currency, "suspense")


def bank_fees(currency: str) -> AccountName:
    """What banks took from us."""
    return _platform(currency, "bank_fees")


def rounding(currency: str) -> AccountName:
    """Differences that a rule of rounding leaves over."""
    return _platform(currency, "rounding")


def cash(currency: str, rail: str) -> AccountName:
    """A bank account of ours: negative means we hold that much."""
    return _platform(currency, f"cash:{rail}")


def transit(currency: str, rail: str) -> AccountName:
    """Money ordered out and not yet confirmed by the bank."""
    return _platform(currency, f"transit:{rail}")


def _merchant(merchant: UUID, currency: str, rest: str) -> AccountName:
    return AccountName(f"merchant:{merchant}:{currency}:{rest}", currency, True, merchant)


def _platform(currency: str, rest: str) -> AccountName:
    return AccountName(f"platform:{currency}:{rest}", currency, False, PLATFORM)
