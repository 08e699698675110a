"""One payment as a list shows it: local time, check words, how far it is, where it was made."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date

from merchants.models import Branch, QrCode
from payments.models import Correction, Payment, Receipt
from payments.web.screen_words import screen_words

STATE_PILLS = {"promised": "info", "settled": "paid"}


def time_of(moment: datetime, zone: str) -> str:
    """ "09:41" by the branch's clock."""
    return format_date(moment.astimezone(ZoneInfo(zone)), "H:i")


def day_of(moment: datetime, zone: str) -> str:
    """ "22 Nov 2026" by the branch's clock."""
    return format_date(moment.astimezone(ZoneInfo(zone)), "j M Y")


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment with what its row says. Needs the payment's code; `till`, `correction` and `receipts` only
    where shown."""

    payment: Payment
    branch: Branch

    @property
    def time(self) -> str:
        return time_of(self.payment.happened_at, self.branch.time_zone)

    @property
    def day(self) -> str:
        return day_of(self.payment.happened_at, self.branch.time_zone)

    @property
    def words(self) -> str:
        """What payer and cashier compare: the order's code, or the one scan of a printed code."""
        return screen_words(
            self.branch, order_id=self.payment.one_time_code_id, session_id=self.payment.session_id
        )

    @property
    def source(self) -> str:
        """How it came: the order's reference, or the printed code by its label."""
        code = self.payment.code
        return code.label if code.kind == QrCode.Kind.STATIC else self.payment.reference

    @property
    def is_poster(self) -> bool:
        return self.payment.one_time_code_id is None

    @property
    def may_be_double(self) -> bool:
        """The same payer has paid the same by a printed code minutes before (where the list has asked)."""
        return self.is_poster and getattr(self.payment, "is_again", False)

    @property
    def state_pill(self) -> str:
        return STATE_PILLS[self.payment.state]

    @property
    def refund_mark(self) -> str:
        """ "", "part refunded" or "refunded"."""
        if self.payment.refunded_minor == 0:
            return ""
        return "refunded" if self.payment.refunded_minor == self.payment.total_minor else "part refunded"

    @property
    def correction(self) -> Correction | None:
        """Of its tax, which was provisional. Needs it loaded with the payment."""
        return getattr(self.payment, "correction", None)

    @property
    def tax_minor(self) -> int:
        """The tax of the sale as it was corrected, before refunds."""
        row = self.correction
        return self.payment.tax_minor + (row.tax_minor - row.tax_before_minor if row else 0)

    @property
    def tax_mark(self) -> str:
        """ "", "tax provisional" or "tax corrected"."""
        if self.payment.provisional:
            return "tax provisional"
        return "tax corrected" if self.correction else ""

    @property
    def progress(self) -> int:
        """Only ever grows, so that a page knows whether an event tells it anything new (see till.js)."""
        return 0 if self.payment.state == Payment.State.PROMISED else 1 + self.payment.refunded_minor

    @property
    def receipt(self) -> Receipt | None:
        """The sale's receipt, once it is numbered."""
        return next((each for each in self.payment.receipts.all() if each.kind == Receipt.Kind.SALE), None)
