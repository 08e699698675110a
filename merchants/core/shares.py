"""A share as people write it, and how much of a sale may be promised away."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from base.core.errors import Refused

WHOLE_PPM = 1_000_000
_PERCENT = re.compile(r"\A[0-9]{1,3}([.,][0-9]{1,4})?\Z")


def read_percent(text: str) -> int:
    """ "12.5" as parts of a million, 125,000. Refused share_invalid: above 0, at most 100, four places."""
    if not _PERCENT.match(text.strip()):
        raise _invalid()
    share_ppm = int(Decimal(text.strip().replace(",", ".")) * 10_000)
    if not 0 < share_ppm <= WHOLE_PPM:
        raise _invalid()
    return share_ppm


def show_percent(share_ppm: int) -> str:
    """125,000 as "12.5 %"."""
    whole, rest = divmod(share_ppm, 10_000)
    decimals = f".{rest:04}".rstrip("0") if rest else ""
    return f"{whole}{decimals} %"


@dataclass(frozen=True, slots=True)
class Promise:
    """A share and the days for which it counts, half-open; without an end for ever."""

    share_ppm: int
    starts_on: date
    ends_on: date | None = None

    def counts_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


def check_together(promises: Sequence[Promise]) -> None:
    """Refused shares_above_whole (409) when on some day they are more than everything.

    What is promised grows only on a day on which a promise starts, so those days are looked at.
    """
    days = {promise.starts_on for promise in promises}
    if any(sum(p.share_ppm for p in promises if p.counts_on(day)) > WHOLE_PPM for day in days):
        message = "All partners' shares of one day are at most 100 percent together."
        raise Refused("shares_above_whole", message, status=409, field="share")


def _invalid() -> Refused:
    return Refused("share_invalid", "A share is above 0 and at most 100, such as 12.5.", field="share")
