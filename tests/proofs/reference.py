"""A second ledger, in plain Python: what the books must say after each step.

Dictionaries, and nothing of the product. A method that may be refused answers with the code of the
refusal that must come, or "". Amounts are minor units.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.proofs.arithmetic import PPM, TIP, Line, Shop, given_back, half_up, shared, taxed

DAY, OVERTAKEN = timedelta(hours=24), timedelta(minutes=1)
CAP_PRINTED, CAP_PRINTED_DAY, CAP_ORDER, CAP_TOP_UP = 50_00, 150_00, 1_000_00, 1_000_00
BASIC_PAYMENT, BASIC_MONTH, BASIC_HOLDING = 50_00, 150_00, 150_00


@dataclass
class Code:
    """A printed code (it never expires, the payer types), or an order of lines (category, amount)."""

    shop: Shop
    lines: list[tuple[str, int]] = field(default_factory=list)
    expires: datetime | None = None
    paid: bool = False


@dataclass
class Scan:
    """One visit of one payer (wallet) to one code. pages: by token, its version and its last second."""

    code: Code
    payer: str
    expires: datetime
    state: str = "open"
    typed: int | None = None
    tip: int = 0
    version: int = 1
    pages: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass
class Sale:
    """A payment. left: lines, the tip as the last one, less what went back."""

    code: Code
    payer: str
    left: list[Line]
    fee: int
    total: int
    at: datetime
    settled: bool = False
    refunded: int = 0
    share: int = 0  # of a partner
    shared: bool = False

    @property
    def wallet(self) -> str:
        return f"customer:{self.payer}:{self.code.shop.currency}"


Asked = tuple[str, int | None]


class Book:
    """Accounts, scans, sales, and the answers that are kept."""

    def __init__(self, basic: str) -> None:
        self.basic = basic  # the wallet of somebody whom nobody has identified
        self.spent: Counter[tuple[str, int, int]] = Counter()  # by account, year and month
        self.balance: Counter[str] = Counter()
        self.held: Counter[str] = Counter()
        self.receipts: Counter[str] = Counter()
        self.scans: dict[str, Scan] = {}
        self.sales: dict[str, Sale] = {}
        self.paid: dict[str, str] = {}  # payment by scan
        self.no: dict[str, str] = {}  # refusal by page
        self.top_ups: dict[tuple[str, str], tuple[str, int, str]] = {}  # terms and answer by wallet and key
        self.refunds: dict[str, tuple[Asked, str]] = {}

    def move(self, *legs: tuple[str, int]) -> None:
        """One journal."""
        assert sum(amount for _, amount in legs) == 0, legs
        for account, amount in legs:
            self.balance[account] += amount

    def free(self, account: str) -> int:
        return self.balance[account] - self.held[account]

    def top_up(self, wallet: str, currency: str, amount: int, key: str) -> str:
        if amount > CAP_TOP_UP:
            return "amount_too_large"
        if (wallet, key) in self.top_ups:
            *terms, answer = self.top_ups[wallet, key]
            return answer if terms == [currency, amount] else "key_reused"
        account = f"customer:{wallet}:{currency}"
        full = self.full(wallet, currency, amount)
        self.top_ups[wallet, key] = currency, amount, "wallet_full" if full else ""
        if not full:
            self.move((f"platform:{currency}:cash:sandbox", -amount), (account, amount))
        return self.top_ups[wallet, key][2]

    # --- the scan -----------------------------------------------------------------------------

    def open(self, code: Code, now: datetime) -> str:
        return "already_paid" if code.paid else self._payable(code, now)

    def set_amount(self, scan: Scan, typed: int | None, tip: int, now: datetime) -> str:
        if no := self._payable(scan.code, now):
            return no
        if (scan.code.expires is None) != (typed is not None):
            return "amount_invalid"
        if typed is not None and typed > CAP_PRINTED:
            return "amount_too_large"
        if scan.state != "open" or scan.expires <= now:
            return "session_closed"
        scan.typed, scan.tip, scan.version = typed, tip, scan.version + 1
        return ""

    def look(self, scan: Scan, now: datetime) -> str:
        """The page with the total: what stands in the way of showing it."""
        if no := self._payable(scan.code, now):
            return no
        return "amount_missing" if scan.code.expires is None and scan.typed is None else ""

    def _payable(self, code: Code, now: datetime) -> str:
        return "code_expired" if code.expires is not None and code.expires <= now else ""

    def cancel(self, scan: Scan) -> bool:
        was_open = scan.state == "open"
        if was_open:
            scan.state = "cancelled"
        return was_open

    def expire(self, clock: datetime) -> int:
        late = [scan for scan in self.scans.values() if scan.state == "open" and scan.expires <= clock]
        for scan in late:
            scan.state = "expired"
        return len(late)

    # --- the payment --------------------------------------------------------------------------

    def confirm(self, scan_id: str, token: str, now: datetime) -> "str | Sale":
        """A refusal, or the sale to be known by the payment's id (`paid`) from then on."""
        if scan_id in self.paid:
            return self.sales[self.paid[scan_id]]
        if token in self.no:
            return self.no[token]
        answer = self._confirm(self.scans[scan_id], token, now)
        if isinstance(answer, str):
            self.no[token] = answer
        return answer

    def _confirm(self, scan: Scan, token: str, now: datetime) -> "str | Sale":
        version, until = scan.pages[token]
        if scan.code.paid:
            return "already_paid"
        if scan.state != "open" or scan.expires <= now:
            return "session_closed"
        if no := self.look(scan, now):
            return no
        if version != scan.version:
            return "amount_changed"
        if int(now.timestamp()) >= until:
            return "page_expired"
        sale = self._sale(scan, now)
        if sale.total > (CAP_PRINTED if sale.code.expires is None else CAP_ORDER):
            return "over_cap"
        if sale.payer == self.basic and sale.total > BASIC_PAYMENT:
            return "over_limit"
        if self.free(sale.wallet) < sale.total:
            return "balance_too_low"
        before = Counter(self.spent)
        if self.over_limit(sale.payer, sale.code.shop.currency, sale.total, now):
            return "over_limit"
        if sale.code.expires is None and self._over_day(sale):
            self.spent = before
            return "over_cap"
        self.held[sale.wallet] += sale.total
        scan.state, scan.code.paid = "confirmed", scan.code.expires is not None
        return sale

    def _sale(self, scan: Scan, now: datetime) -> Sale:
        code, shop = scan.code, scan.code.shop
        if scan.typed is not None:
            lines = taxed(shop, [("standard", scan.typed)], inclusive=True)
        else:
            lines = taxed(shop, code.lines, inclusive=shop.inclusive)
        total = sum(line.gross for line in lines) + scan.tip
        net = sum(line.net for line in lines)
        fee = min(half_up(total * shop.fee), net)
        share = shared(net - fee, [PPM - shop.share_ppm, shop.share_ppm])[1]
        return Sale(code, scan.payer, [*lines, Line(TIP, scan.tip, 0)], fee, total, now, share=share)

    def over_limit(self, payer: str, currency: str, amount: int, at: datetime) -> bool:
        """Counts a debit, unless it is too much. Nobody here reaches the limits of a verified wallet."""
        month = f"customer:{payer}:{currency}", at.year, at.month
        if payer == self.basic and (amount > BASIC_PAYMENT or self.spent[month] + amount > BASIC_MONTH):
            return True
        self.spent[month] += amount
        return False

    def full(self, wallet: str, currency: str, amount: int) -> bool:
        account = f"customer:{wallet}:{currency}"
        return wallet == self.basic and self.balance[account] + amount > BASIC_HOLDING

    def _over_day(self, sale: Sale) -> bool:
        day = sum(
            other.total
            for other in self.sales.values()
            if other.wallet == sale.wallet
            and other.code.expires is None
            and sale.at - DAY < other.at <= sale.at + OVERTAKEN
        )
        return day + sale.total > CAP_PRINTED_DAY

    def promised(self) -> set[str]:
        return {payment for payment, sale in self.sales.items() if not sale.settled}

    def settle(self, payment: str) -> None:
        sale = self.sales[payment]
        assert not sale.settled, "settled twice"
        sale.settled = True
        self.held[sale.wallet] -= sale.total
        self.receipts[sale.code.shop.id] += 1
        self._journal(sale, sale.left, sale.fee, sign=1)
        shop = sale.code.shop
        self.move((shop.account("payable"), -sale.share), (shop.account("split_due"), sale.share))

    def refund(self, payment: str, amount: int | None, key: str) -> str:
        asked = (payment, amount)
        if key in self.refunds:
            known, answer = self.refunds[key]
            return answer if known == asked else "key_reused"
        answer = self._refund(payment, amount)
        self.refunds[key] = asked, answer
        return answer

    def _refund(self, payment: str, amount: int | None) -> str:
        sale = self.sales[payment]
        rest = sale.total - sale.refunded
        wanted = rest if amount is None else amount
        if rest == 0:
            return "nothing_left"
        if wanted > rest:
            return "refund_too_large"
        before = Counter(self.balance), Counter(self.held), Counter(self.receipts), sale.settled
        if not sale.settled:
            self.settle(payment)
        back = given_back(sale.left, wanted)
        self._journal(sale, back, sale.fee if wanted == rest else 0, sign=-1)
        self._recall(sale)
        if any(amount < 0 for account, amount in self.balance.items() if account.startswith("merchant:")):
            self.balance, self.held, self.receipts, sale.settled = before
            return "shop_balance_too_low"
        self.receipts[sale.code.shop.id] += 1
        sale.refunded += wanted
        sale.left = [
            Line(line.kind, line.net - gone.net, line.tax - gone.tax)
            for line, gone in zip(sale.left, back, strict=True)
        ]
        return ""

    def _recall(self, sale: Sale) -> None:
        """Tax and tips that were paid out before come back out of the shop's sales."""
        shop = sale.code.shop
        for account in {shop.account(line.kind) for line in sale.left[:-1]} | {shop.account("tips")}:
            if (lack := -self.balance[account]) > 0:
                self.move((shop.account("payable"), -lack), (account, lack))

    def _journal(self, sale: Sale, lines: list[Line], fee: int, *, sign: int) -> None:
        shop, tip = sale.code.shop, lines[-1].net
        net = sum(line.net for line in lines[:-1])
        self.move(
            (sale.wallet, -sign * sum(line.gross for line in lines)),
            (shop.account("payable"), sign * (net - fee)),
            *((shop.account(line.kind), sign * line.tax) for line in lines[:-1]),
            (shop.account("tips"), sign * tip),
            (shop.fees, sign * fee),
        )
