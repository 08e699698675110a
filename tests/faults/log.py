"""What a client knows for itself: each request on disk before it is sent, each answer after it came.

One file a client, one JSON line a fact, fsynced: whatever dies, the file says what was asked and what was
answered. The service's own word is never used to fill it.
"""

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DONE, REFUSED = "done", "refused"
PAYMENT, REFUND = "payment", "refund"


@dataclass
class Asked:
    """One request under one key, however often it was sent.

    key: of a payment its scan session, of a refund the key of its page. amount_minor: what was asked to
    move. about: the payer of a payment, the payment of a refund. status: the last definite answer (DONE or
    REFUSED), None without one. ids: every id that an answer named, so more than one is one too many.
    """

    kind: str
    key: str
    amount_minor: int
    about: str
    sent_at: float
    status: str | None = None
    ids: set[str] = field(default_factory=set)
    sent: int = 0


class ClientLog:
    """The writing side; one client, one file."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("ab", buffering=0)

    def ask(self, kind: str, key: str, amount_minor: int, about: str) -> None:
        """On disk before the request is sent; called again for each repeat under the same key."""
        self._write(kind=kind, key=key, amount_minor=amount_minor, about=about, sent_at=time.time())

    def answer(self, kind: str, key: str, status: str, made: str = "") -> None:
        """made: the id of the payment or refund that the answer named."""
        self._write(kind=kind, key=key, status=status, made=made, at=time.time())

    def count(self, **counts: int) -> None:
        """What the client met on its way: answers above 499, silences."""
        self._write(counts=counts)

    def _write(self, **fact: Any) -> None:
        self.file.write(json.dumps(fact).encode() + b"\n")
        os.fsync(self.file.fileno())


def read(folder: Path) -> tuple[list[Asked], dict[str, int]]:
    """Every client's requests, and their counts added up. A torn last line was never sent."""
    asked: dict[tuple[str, str], Asked] = {}
    counts: dict[str, int] = {}
    for path in sorted(folder.glob("client-*.log")):
        for line in path.read_bytes().splitlines():
            try:
                fact = json.loads(line)
            except ValueError:
                continue
            if "counts" in fact:
                for name, number in fact["counts"].items():
                    counts[name] = counts.get(name, 0) + number
            else:
                _take(asked, fact)
    return list(asked.values()), counts


def _take(asked: dict[tuple[str, str], Asked], fact: dict[str, Any]) -> None:
    place = fact["kind"], fact["key"]
    if "sent_at" in fact:
        one = asked.setdefault(
            place, Asked(*place, fact["amount_minor"], fact["about"], sent_at=fact["sent_at"])
        )
        one.sent += 1
        return
    one = asked[place]
    # A yes is not taken back by a later no: the oracle must then find what the yes promised.
    one.status = DONE if DONE in (one.status, fact["status"]) else fact["status"]
    if fact["made"]:
        one.ids.add(fact["made"])
