"""Pages of a list by key: the moment and the id of the row at which a page begins or ends.

A key in an address is the reader's word, so it is read strictly and only ever compared. Promise: one row is
on one page, in whichever direction pages are turned.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from base.core.errors import Refused

ROWS_A_PAGE = 50
_KEY = re.compile(r"\A([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6})Z_([0-9a-f-]{36})\Z")


@dataclass(frozen=True, slots=True)
class Key:
    """Written "2026-11-03T10:00:00.000000Z_<id>"."""

    moment: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z_{self.id}"


class Keyed(Protocol):
    """A row of such a list."""

    @property
    def key(self) -> Key: ...


Row = TypeVar("Row", bound=Keyed)


@dataclass(frozen=True, slots=True)
class Turn:
    """Which page is wanted: the one after a key, the one before it, or the first. Oldest row first."""

    key: Key | None = None
    backwards: bool = False

    @property
    def order(self) -> str:
        """ORDER BY over columns of the names happened_at and journal_id."""
        way = "DESC" if self.backwards else "ASC"
        return f"happened_at {way}, journal_id {way}"

    def beyond(self, moment: str, row_id: str) -> str:
        """The WHERE clause, over columns whose names are ours."""
        if self.key is None:
            return "true"
        return f"({moment}, {row_id}) {'<' if self.backwards else '>'} (%(key_moment)s, %(key_id)s)"

    @property
    def values(self) -> dict[str, Any]:
        """What WHERE and LIMIT are bound to: one row more than a page tells whether another follows."""
        key = {"key_moment": self.key.moment, "key_id": self.key.id} if self.key else {}
        return {**key, "limit": ROWS_A_PAGE + 1}


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """rows: oldest first. before, after: the keys of the pages around, where there are such."""

    rows: list[Row]
    before: Key | None
    after: Key | None


def read_turn(after: str = "", before: str = "") -> Turn:
    """What an address asks for. Refused: page_unknown (400)."""
    if before:
        return Turn(_read(before), backwards=True)
    return Turn(_read(after)) if after else Turn()


def page_of(rows: Sequence[Row], turn: Turn) -> Page[Row]:
    """A page from what the database gave, in the turn's own order and with one row more than a page."""
    more, shown = len(rows) > ROWS_A_PAGE, list(rows[:ROWS_A_PAGE])
    if turn.backwards:
        shown.reverse()
    if not shown:
        return Page([], None, None)
    earlier = more if turn.backwards else turn.key is not None
    later = True if turn.backwards else more
    return Page(shown, shown[0].key if earlier else None, shown[-1].key if later else None)


def _read(text: str) -> Key:
    if match := _KEY.match(text):
        try:
            return Key(datetime.fromisoformat(match[1]).replace(tzinfo=UTC), UUID(match[2]))
        except ValueError:
            pass
    raise Refused("page_unknown", "This page of the list is not known. Begin at its first page.")
