"""Eight clients that pay and refund through the product's own pages, and repeat themselves until answered.

A process of its own: `python -m tests.faults.clients <folder> <seed> <port> ...`. On SIGTERM they begin
nothing new, ask for what is still open under its old key until there is a definite answer, and end.
"""

import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from random import Random
from typing import TypeVar

from tests.faults.browser import Browser, Page, Unanswered
from tests.faults.log import DONE, PAYMENT, REFUND, REFUSED, ClientLog
from tests.faults.plan import Code, Payer, Plan

CLIENTS = 8
LAST_WORD_SECONDS = 100.0  # how long after the end an open request is asked for again
REFUND_SHARE, PRINTED_SHARE, DOUBLE_TAP_SHARE = 0.21, 0.03, 0.03
TYPED_MINOR = (40, 160)
WORKING_ON_IT = "This is still being worked on"
T = TypeVar("T")


class Client:
    """One thread: pays, sometimes gives back, never forgets what it asked."""

    def __init__(
        self, number: int, plan: Plan, log: ClientLog, stop: threading.Event, seed: int, ports: list[int]
    ) -> None:
        self.plan, self.log, self.stop = plan, log, stop
        self.rnd = Random(f"{seed}/{number}")
        self.counts: Counter[str] = Counter()
        mine = ports[number % len(ports) :] + ports[: number % len(ports)]
        self.browser = Browser(cycle(mine), lambda what: self.counts.update([what]))
        self.payers: Iterator[Payer] = cycle(plan.payers[number::CLIENTS])
        self.orders = iter(plan.orders[number::CLIENTS])
        self.refundable: list[tuple[str, str, int]] = []  # payment, shop, amount
        self.give_up_at = float("inf")

    def run(self) -> None:
        """Until told to stop, and every question has its answer."""
        while not self.stop.is_set():
            self.pay(next(self.payers))
            if self.refundable and self.rnd.random() < REFUND_SHARE:
                self.give_back(*self.refundable.pop(self.rnd.randrange(len(self.refundable))))
        self.log.count(**self.counts)

    # --- the two stories ------------------------------------------------------------------

    def pay(self, payer: Payer) -> None:
        """Scan, look, say yes: paid, refused, or (only at the very end) unknown."""
        code = self.choose()
        page, session = self.look(code, payer)
        if page is None or "confirmation" not in page.hidden:
            self.counts["not_payable"] += page is not None
            return
        amount_minor = code.amount_minor or self.typed
        fields = {"pin": self.plan.pin, **page.hidden}

        def ask() -> tuple[str, str] | None:
            self.log.ask(PAYMENT, session, amount_minor, payer.person)
            answer = self.browser.post(f"/pay/{session}/confirm", payer.cookies, **fields)
            return verdict(answer, "/paid/")

        made = self.until_answered(PAYMENT, session, ask)
        if made:
            self.refundable.append((made, code.shop, amount_minor))
            if self.rnd.random() < DOUBLE_TAP_SHARE:
                self.until_answered(PAYMENT, session, ask)

    def give_back(self, payment: str, shop: str, amount_minor: int) -> None:
        """The shop's owner gives all of a payment back, by the page's own key."""
        path, cookies = f"/shop/{shop}/payments/{payment}/refund", self.plan.owners[shop].copy()
        page = self.patiently(lambda: self.browser.get(path, cookies))
        if page is None or "key" not in page.hidden:
            self.counts["not_refundable"] += page is not None
            return
        key, token = page.hidden["key"], page.hidden["csrfmiddlewaretoken"]

        def ask() -> tuple[str, str] | None:
            self.log.ask(REFUND, key, amount_minor, payment)
            answer = self.browser.post(path, cookies, key=key, csrfmiddlewaretoken=token)
            return verdict(answer, f"/payments/{payment}/refunds/")

        if self.until_answered(REFUND, key, ask) and self.rnd.random() < DOUBLE_TAP_SHARE:
            self.until_answered(REFUND, key, ask)

    # --- the way to the yes: nothing is asked for yet, so it may be begun again ---------------

    def choose(self) -> Code:
        """Mostly an order's code; a printed one sometimes, and when the orders have run out."""
        self.typed = self.rnd.randint(*TYPED_MINOR)
        order = None if self.rnd.random() < PRINTED_SHARE else next(self.orders, None)
        return order or self.rnd.choice(self.plan.printed)

    def look(self, code: Code, payer: Payer) -> tuple[Page | None, str]:
        """The page that asks for the PIN, and its session."""

        def walk() -> tuple[Page, str]:
            scanned = self.browser.get(code.link.removeprefix(self.plan.url), payer.cookies)
            path = scanned.leads_to
            if not path.startswith("/pay/"):
                return scanned, ""
            if code.amount_minor is None:
                page = self.browser.get(path, payer.cookies)
                token = page.hidden["csrfmiddlewaretoken"]
                typed = f"{self.typed // 100}.{self.typed % 100:02}"
                self.browser.post(f"{path}amount", payer.cookies, csrfmiddlewaretoken=token, amount=typed)
            return self.browser.get(path, payer.cookies), path.split("/")[2]

        return self.patiently(walk) or (None, "")

    def patiently(self, step: Callable[[], T]) -> T | None:
        """Take a harmless step until it is answered; None when the run has ended before that."""
        for pause in pauses():
            if self.stop.is_set():
                return None
            try:
                return step()
            except Unanswered:
                time.sleep(pause)
        raise AssertionError("unreachable")

    def until_answered(self, kind: str, key: str, ask: Callable[[], tuple[str, str] | None]) -> str:
        """Ask under one key until there is a definite answer; the id that it names, "" for a no."""
        for pause in pauses():
            try:
                answer = ask()
            except Unanswered:
                answer = None
            if answer:
                self.log.answer(kind, key, *answer)
                return answer[1]
            if self.stop.is_set():
                self.give_up_at = min(self.give_up_at, time.monotonic() + LAST_WORD_SECONDS)
            if time.monotonic() > self.give_up_at:
                return ""
            time.sleep(pause)
        raise AssertionError("unreachable")


def verdict(answer: Page, where: str) -> tuple[str, str] | None:
    """What an answer says: done with the id of what was made, refused, or None: ask again."""
    _, found, made = answer.leads_to.partition(where)
    if found:
        return DONE, made.strip("/")
    return None if WORKING_ON_IT in answer.text else (REFUSED, "")


def pauses() -> Iterator[float]:
    """Between two tries: a little longer each time, up to a second."""
    pause = 0.1
    while True:
        yield pause
        pause = min(pause * 1.6, 1.0)


def main(folder: Path, seed: int, ports: list[int]) -> None:
    """Run the clients until SIGTERM and to their last answer. ports: of the webs."""
    plan, stop = Plan.read(folder / "plan.json"), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    clients = [
        Client(number, plan, ClientLog(folder / f"client-{number}.log"), stop, seed, ports)
        for number in range(CLIENTS)
    ]
    threads = [threading.Thread(target=client.run, name=f"client {n}") for n, client in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), [int(word) for word in sys.argv[3:]])
