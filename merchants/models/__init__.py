"""Who sells: the business, its places, tills and people, its tax profile, codes and printed sheets.

Every row carries its merchant, and every read goes through `merchants.queries`, scoped by actor.
"""

from merchants.models.business import (
    Branch,
    Invite,
    Membership,
    Merchant,
    NameChange,
    OwnRate,
    TaxProfile,
    Till,
)
from merchants.models.catalogue import Item, ItemPicture
from merchants.models.codes import PrintedSheet, QrCode
from merchants.models.logos import Logo
from merchants.models.payouts import BankAccount, PayoutStop
from merchants.models.print_runs import PrintRun, PrintRunCode
from merchants.models.splits import SplitRule
from merchants.models.tax_modes import TaxKept, TaxMode

__all__ = [
    "BankAccount",
    "Branch",
    "Invite",
    "Item",
    "ItemPicture",
    "Logo",
    "Membership",
    "Merchant",
    "NameChange",
    "OwnRate",
    "PayoutStop",
    "PrintRun",
    "PrintRunCode",
    "PrintedSheet",
    "QrCode",
    "SplitRule",
    "TaxKept",
    "TaxMode",
    "TaxProfile",
    "Till",
]
