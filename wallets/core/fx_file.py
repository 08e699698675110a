"""What a file of rates says, before it is kept: its rows, and how they compare with what is known.

Promise: a rate is read exactly or not at all, and the sentence of a refusal names the line.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from base.core.errors import Refused
from wallets.core.fx import DECIMALS, LARGEST, SMALLEST

# More than this against the newest rate that is known is more often a slip than a market.
JUMP = Decimal("0.3")
_PLAIN = re.compile(rf"[0-9]{{1,8}}(?:\.[0-9]{{1,{DECIMALS}}})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Quoted:
    """One rate of a file. line: where it stands there; publisher: who said it, "" for the ECB."""

    currency: str
    rate: Decimal
    published_on: date
    publisher: str
    line: int

    @property
    def key(self) -> tuple[str, date]:
        return (self.currency, self.published_on)


@dataclass(frozen=True, slots=True)
class RateFile:
    """A file that was read whole. skipped: rates of currencies that are no money any more."""

    rates: tuple[Quoted, ...]
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Differs:
    """A rate of the file beside another one that is known: of the same day, or the newest."""

    quoted: Quoted
    known: Decimal


@dataclass(frozen=True, slots=True)
class Compared:
    """new: not known yet. same: known so already. changed: known otherwise. jumps: of the new, far off."""

    new: tuple[Quoted, ...]
    same: int
    changed: tuple[Differs, ...]
    jumps: tuple[Differs, ...]


def invalid(message: str, errors: Sequence[str] = ()) -> Refused:
    """A file that is not taken: nothing of it is."""
    return Refused("fx_file_invalid", f"{message} Nothing was imported.", errors=list(errors))


def read_rate(text: str) -> Decimal:
    """A published number. Refused: fx_file_invalid; the caller knows the line and says it."""
    if not _PLAIN.fullmatch(text):
        raise invalid(f"“{text[:40]}” is no rate: write digits with a point, such as 30500 or 7.79.")
    rate = Decimal(text)
    if not SMALLEST <= rate <= LARGEST:
        raise invalid(
            f"The rate {text[:40]} cannot be: one euro is between {SMALLEST} and {LARGEST} of anything."
        )
    return rate


def read_day(text: str, *, latest: date) -> date:
    """A day such as 2026-11-27, not later than `latest`. Refused: fx_file_invalid."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise invalid(f"“{text[:40]}” is no day: write it as 2026-11-27.")
    if day > latest:
        raise invalid(f"The day {text} has not come yet.")
    return day


def require_once(rates: Iterable[Quoted]) -> None:
    """Refused: fx_file_invalid where a currency has two rates for one day."""
    seen: dict[tuple[str, date], int] = {}
    for quoted in rates:
        if quoted.key in seen:
            twice = f"{quoted.currency} of {quoted.published_on} stands in line {seen[quoted.key]} already"
            raise invalid(f"Line {quoted.line}: {twice}.")
        seen[quoted.key] = quoted.line


def compare(
    rates: Iterable[Quoted],
    *,
    known: Mapping[tuple[str, date], Decimal],
    newest: Mapping[str, tuple[date, Decimal]],
) -> Compared:
    """known: the kept rates of this source, by currency and day. newest: of each currency, of any source.

    A jump is judged for rates that are younger than the newest: what is older is history.
    """
    new: list[Quoted] = []
    changed: list[Differs] = []
    jumps: list[Differs] = []
    same = 0
    for quoted in rates:
        kept = known.get(quoted.key)
        if kept is not None and kept != quoted.rate:
            changed.append(Differs(quoted, kept))
        elif kept is not None:
            same += 1
        else:
            new.append(quoted)
            day, before = newest.get(quoted.currency, (date.max, quoted.rate))
            if quoted.published_on >= day and abs(quoted.rate - before) > before * JUMP:
                jumps.append(Differs(quoted, before))
    return Compared(tuple(new), same, tuple(changed), tuple(jumps))
