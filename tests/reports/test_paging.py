"""Pages by key: every row once, in both directions, and a key that was made up is refused."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from base.core.errors import Refused
from reports.core.paging import ROWS_A_PAGE, Key, Page, Turn, page_of, read_turn

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    key: Key


def rows(count: int) -> list[Row]:
    # Three rows share each moment: the id decides.
    return [Row(Key(BEGIN + timedelta(seconds=number // 3), UUID(int=number))) for number in range(count)]


def taken(every: list[Row], turn: Turn) -> Page[Row]:
    """What the database would give, and the page made of it."""
    found = sorted(every, key=lambda row: (row.key.moment, row.key.id), reverse=turn.backwards)
    if turn.key is not None:
        edge = (turn.key.moment, turn.key.id)
        found = [
            row
            for row in found
            if ((row.key.moment, row.key.id) < edge) == turn.backwards and row.key != turn.key
        ]
    return page_of(found[: turn.values["limit"]], turn)


@pytest.mark.parametrize("count", [0, 1, ROWS_A_PAGE, ROWS_A_PAGE + 1, 3 * ROWS_A_PAGE])
def test_each_row_is_on_one_page(count: int) -> None:
    every, seen, turn = rows(count), [], read_turn()
    pages = []
    while True:
        page = taken(every, turn)
        pages.append(page.rows)
        seen += page.rows
        if page.after is None:
            break
        turn = read_turn(after=str(page.after))
    assert seen == every
    back = [page.rows]
    while page.before is not None:
        page = taken(every, read_turn(before=str(page.before)))
        back.append(page.rows)
    assert back == pages[::-1]


@pytest.mark.parametrize(
    "text", ["x", "2026-11-03T10:00:00.000000Z_1", "2026-13-03T10:00:00.000000Z_" + str(UUID(int=1)), "'--"]
)
def test_a_key_that_was_made_up(text: str) -> None:
    for turn in ({"after": text}, {"before": text}):
        with pytest.raises(Refused) as no:
            read_turn(**turn)
        assert no.value.code == "page_unknown"
