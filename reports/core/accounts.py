"""A ledger account's code as an accountant reads it: which currency, which group, which words.

Codes are built by `wallets.core.chart` and read here. Promise: of all accounts only those of one merchant and
the fees that it paid have a key; a customer's, another merchant's or the platform's has none.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from uuid import UUID

from taxes.core.rates import rate_label

FEES, TAX = "fees", "tax"
LABELS = {
    "payable": "Sales, owed to the shop",
    "tips": "Tips, owed to the shop",
    "tax": "Tax",
    "tax_claim": "Tax given back after it was remitted",
    "split_due": "Partners’ parts, set aside",
    "fees": "Payment fees, kept by us",
}
# In the order of a chart: what the shop is owed, then tax, then what went to others.
_ORDER = {kind: place for place, kind in enumerate(LABELS)}


@dataclass(frozen=True, slots=True)
class AccountKey:
    """key: the code without its merchant, as it stands in an address: "EUR:tax:DE:VAT:19.0000".

    kind: "payable", "tips", "tax", "tax_claim", "split_due", "fees". detail: what follows the kind.
    """

    key: str
    currency: str
    kind: str
    detail: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """In words: "VAT 19 %, DE". An account of a kind that is new here keeps its own words."""
        if self.kind == TAX and len(self.detail) == 3:
            place, tax, rate = self.detail
            return f"{tax} {_rate(rate)}, {place}"
        words = LABELS.get(self.kind, self.kind.replace("_", " ").capitalize())
        return ", ".join([words, *self.detail])

    @property
    def order(self) -> tuple[str, int, str]:
        return self.currency, _ORDER.get(self.kind, len(_ORDER)), self.key


def read_code(code: str, merchant: UUID) -> AccountKey | None:
    """The key of a merchant's account, or None for everybody else's."""
    owner, *parts = code.split(":")
    if owner == "merchant" and parts[0] == str(merchant):
        _, currency, kind, *detail = parts
        return AccountKey(":".join(parts[1:]), currency, kind, tuple(detail))
    if owner == "platform" and parts[1:] == [FEES, str(merchant)]:
        return AccountKey(f"{parts[0]}:{FEES}", parts[0], FEES)
    return None


def _rate(code: str) -> str:
    try:
        return rate_label(Decimal(code))
    except InvalidOperation:
        return code
