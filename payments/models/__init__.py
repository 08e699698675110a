"""How money moves from a scan to a receipt.

Session open -> confirmed, expired, cancelled. Payment promised -> settled. Refund ordered -> posted,
refused. States change by conditional UPDATE and a count, never by reading first.
"""

from payments.models.correction import Correction, CorrectionLine
from payments.models.due import Due
from payments.models.exchange import Exchange, RefundExchange
from payments.models.match import Match, Rest
from payments.models.outside import OutsidePayment
from payments.models.payout import Payout, PayoutPart
from payments.models.receipt import Receipt, ReceiptCounter
from payments.models.refund import Refund, RefundLine
from payments.models.sale import Payment, SaleLine, Session
from payments.models.shift import CashMove, HandOver, Shift, ZCounter
from payments.models.showing import Showing
from payments.models.shown import ShownCode, TypedTry
from payments.models.split import SplitShare
from payments.models.tax_release import TaxRelease, TaxReleasePart
from payments.models.used_key import UsedReceiptKey

__all__ = [
    "CashMove",
    "Correction",
    "CorrectionLine",
    "Due",
    "Exchange",
    "HandOver",
    "Match",
    "OutsidePayment",
    "Payment",
    "Payout",
    "PayoutPart",
    "Receipt",
    "ReceiptCounter",
    "Refund",
    "RefundExchange",
    "RefundLine",
    "Rest",
    "SaleLine",
    "Session",
    "Shift",
    "Showing",
    "ShownCode",
    "SplitShare",
    "TaxRelease",
    "TaxReleasePart",
    "TypedTry",
    "UsedReceiptKey",
    "ZCounter",
]
