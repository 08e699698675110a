"""The steps of the stateful model around sales: each is done by the real flow and by the reference ledger."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from merchants.flows.create_qr import create_one_time
from merchants.queries import token_of
from payments.flows.cancel_session import cancel_session
from payments.flows.confirm import confirm
from payments.flows.expire import expire
from payments.flows.open_session import open_session
from payments.flows.refund import refund
from payments.flows.set_amount import set_amount
from payments.flows.settle import settle
from payments.models import Payment
from payments.tasks import expire_due, settle_due
from tests.factories import PIN, yes_to
from tests.proofs.reference import Code, Sale, Scan
from tests.proofs.stage import SESSIONS, Stage, one_of, outcome
from wallets.flows.top_up import top_up

CLOCK_STEPS = [timedelta(minutes=minutes) for minutes in (1, 4, 16, -3, 60 * 7)]
place = st.integers(0, 99)
order = st.lists(
    st.tuples(st.sampled_from(["standard", "reduced"]), st.integers(1, 25_00)), min_size=1, max_size=3
)
tip = st.sampled_from([0, 0, 1, 150])
again = st.sampled_from([0, 0, 1])  # a repeat, and now and then another amount under the same key


class Sales(Stage):
    """Top-up, scan, amount, page, yes, again, no, expiry, settlement, refunds, and the clock."""

    # --- money comes in ---------------------------------------------------------------------------

    @rule(person=place, currency=st.sampled_from(["EUR", "USD"]), amount=st.integers(1, 1_001_00), more=again)
    def top_up(self, person: int, currency: str, amount: int, more: int) -> None:
        """New money, or an old key again: the same answer, or no answer to another question."""
        if amount % 2:
            self.bring(person, currency, amount, self.key())
        else:
            (wallet, key), (was, before, _) = one_of(list(self.book.top_ups.items()), person)
            self.bring(self.cast.people.index(self.payer(wallet)), was, before + more, key)

    def bring(self, person: int, currency: str, amount: int, key: str) -> None:
        payer = one_of(self.cast.people, person)
        found, _ = outcome(
            lambda: top_up(
                person_id=payer.pk, currency=currency, amount_minor=amount, key=key, happened_at=self.now
            )
        )
        self.saw("top-up", self.book.top_up(str(payer.wallet.pk), currency, amount, key), found)

    # --- the scan -----------------------------------------------------------------------------------

    @rule(shop=place, lines=order)
    def ask(self, shop: int, lines: list[tuple[str, int]]) -> None:
        """The till makes a one-time code."""
        row, known = one_of(self.cast.rows, shop), one_of(self.cast.shops, shop)
        keys = ("description", "category", "amount_minor")
        code = create_one_time(
            actor_id=row.cashier.pk,
            till_id=row.till.pk,
            lines=[dict(zip(keys, ("Order", *line), strict=True)) for line in lines],
            happened_at=self.now,
        )
        self.codes.append((code, Code(known, lines, self.now + timedelta(minutes=5))))
        self.saw("order")

    @rule(code=place, person=place)
    def open(self, code: int, person: int) -> None:
        self.opened(code, person)

    def opened(self, code: int, person: int) -> bool:
        """A scan of a code, the newest being 0."""
        row, known = one_of(self.codes[::-1], code)
        payer = one_of(self.cast.people, person)
        found, session = outcome(
            lambda: open_session(token=token_of(row), person_id=payer.pk, happened_at=self.now)
        )
        self.saw("scan", self.book.open(known, self.now), found)
        if session is not None:
            until = self.now + timedelta(minutes=15)
            self.book.scans[str(session.pk)] = Scan(known, str(payer.wallet.pk), until)
        return session is not None

    @precondition(lambda self: self.book.scans)
    @rule(scan=place, typed=st.none() | st.integers(1, 51_00), tip_minor=tip)
    def set_amount(self, scan: int, typed: int | None, tip_minor: int) -> None:
        key, known = self.scan(scan)
        found, _ = outcome(
            lambda: set_amount(
                session_id=UUID(key), typed_minor=typed, tip_minor=tip_minor, happened_at=self.now
            )
        )
        self.saw("amount", self.book.set_amount(known, typed, tip_minor, self.now), found)

    @precondition(lambda self: self.book.scans)
    @rule(scan=place)
    def look(self, scan: int) -> None:
        """The page with the total: its token is kept, and may be sent late."""
        key, known = self.scan(scan)
        session = SESSIONS.get(pk=key)
        found, token = outcome(lambda: yes_to(session, self.payer(known.payer), at=self.now))
        self.saw("page", self.book.look(known, self.now), found)
        if token is not None:
            known.pages[token] = known.version, int(self.now.timestamp()) + 300

    @precondition(lambda self: any(scan.pages for scan in self.book.scans.values()))
    @rule(scan=place, page=place)
    def confirm(self, scan: int, page: int) -> None:
        """A yes: the first, a late one, or one more of the same."""
        key, known = one_of([each for each in self.book.scans.items() if each[1].pages], scan)
        token = one_of(list(known.pages)[::-1], page)
        expected = self.book.confirm(key, token, self.now)
        found, payment = outcome(
            lambda: confirm(
                session_id=UUID(key),
                person_id=self.payer(known.payer).pk,
                confirmation=token,
                pin=PIN,
                happened_at=self.now,
            )
        )
        self.saw("confirm", "" if isinstance(expected, Sale) else expected, found)
        if isinstance(expected, Sale) and payment is not None:
            assert self.book.paid.setdefault(key, str(payment.pk)) == str(payment.pk)
            assert self.book.sales.setdefault(str(payment.pk), expected) is expected

    @rule(shop=place, person=place, typed=st.integers(1, 50_00), tip_minor=tip)
    def pay_printed(self, shop: int, person: int, typed: int, tip_minor: int) -> None:
        """Scan, amount, page and yes in one go, so that examples get far."""
        if self.opened(-1 - shop % 2, person):
            self.set_amount(-1, typed, tip_minor)
            self.look_and_confirm(-1)

    @rule(shop=place, person=place, lines=order, rival=st.sampled_from(["", "", "early", "late"]))
    def pay_order(self, shop: int, person: int, lines: list[tuple[str, int]], rival: str) -> None:
        """An order is asked for and paid; now and then a second payer looks before or after that."""
        self.ask(shop, lines)
        if rival and self.opened(0, person + 1) and rival == "early":
            self.look(-1)
        if self.opened(0, person):
            self.look_and_confirm(-1)
        if rival:
            self.look_and_confirm(-2)

    def look_and_confirm(self, scan: int) -> None:
        self.look(scan)
        if self.scan(scan)[1].pages:
            self.yes(scan)

    @precondition(lambda self: any(scan.state == "open" for scan in self.book.scans.values()))
    @rule(scan=place, typed=st.integers(1, 50_00), tip_minor=tip)
    def second_thoughts(self, scan: int, typed: int, tip_minor: int) -> None:
        """The amount changes after the page was shown: the yes to the old one does not count."""
        key, known = one_of([each for each in self.book.scans.items() if each[1].state == "open"], scan)
        at = list(self.book.scans).index(key)
        self.look(at)
        self.set_amount(at, typed if known.code.expires is None else None, tip_minor)
        if known.pages:
            self.yes(at)

    def yes(self, scan: int) -> None:
        """A yes of this scan, to the page that it was shown last."""
        key, _ = self.scan(scan)
        self.confirm([key for key, each in self.book.scans.items() if each.pages].index(key), 0)

    @precondition(lambda self: self.book.scans)
    @rule(scan=st.none() | place)
    def end(self, scan: int | None) -> None:
        """The payer says no, or (no scan) the sweeper comes, twice."""
        if scan is not None:
            key, known = self.scan(scan)
            assert cancel_session(session_id=UUID(key)) == self.book.cancel(known)
        else:
            assert [expire(), expire_due()] == [self.book.expire(self.clock), 0]
        self.saw("expire" if scan is None else "cancel")

    # --- after the yes --------------------------------------------------------------------------------

    @precondition(lambda self: self.book.promised())
    @rule(limit=st.none() | st.integers(1, 3))
    def settle(self, limit: int | None) -> None:
        """A batch, of whichever promised payments come first; or the task, delivered twice."""
        promised = self.book.promised()
        if limit is None:
            assert [settle_due(), settle_due(), settle()] == [len(promised), 0, 0]
        else:
            assert settle(limit=limit) == min(limit, len(promised))
        self.follow(promised)
        self.saw("settle twice" if limit is None else "settle")

    def follow(self, promised: set[str]) -> None:
        """The model settles what the flow chose."""
        for payment in Payment.objects.filter(pk__in=promised, state="settled").values_list("pk", flat=True):
            self.book.settle(str(payment))

    @precondition(lambda self: self.book.sales)
    @rule(sale=place, part=st.none() | st.integers(1, 110))
    def refund(self, sale: int, part: int | None) -> None:
        """All that is left, or so many hundredths of the sale (a few more than there are)."""
        payment, known = self.sale(sale)
        self.give_back(payment, None if part is None else max(known.total * part // 100, 1), self.key())

    @precondition(lambda self: self.book.refunds)
    @rule(one=place, more=again)
    def refund_again(self, one: int, more: int) -> None:
        """The same key: the same answer, or no answer to another question."""
        key, ((payment, amount), _) = one_of(list(self.book.refunds.items()), one)
        self.give_back(payment, (amount or 0) + more if more else amount, key)

    def give_back(self, payment: str, amount: int | None, key: str) -> None:
        place = self.cast.shops.index(self.book.sales[payment].code.shop)
        asked: dict[str, Any] = {"payment_id": payment, "amount_minor": amount, "happened_at": self.now}
        found, _ = outcome(lambda: refund(actor=self.cast.rows[place].cashier, key=key, **asked))
        self.saw("refund", self.book.refund(payment, amount, key), found)

    @rule(step=st.sampled_from(CLOCK_STEPS))
    def clock_moves(self, step: timedelta) -> None:
        self.now += step
        self.saw("clock")
