"""A day's takings as bars: whole numbers for a small drawing, no chart library and no script."""

from collections.abc import Mapping
from dataclasses import dataclass

STEP, WIDTH, HEIGHT = 30, 20, 104
FEWEST = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour. x, y, height in units of the drawing, which is `HEIGHT` high; amount in minor units."""

    hour: int
    amount_minor: int
    x: int
    y: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2


def bars(taken: Mapping[int, int]) -> list[Bar]:
    """One bar for each hour from the first to the last that sold, at least eight hours side by side.

    The highest fills the drawing; whatever was taken is seen: at least two units high.
    """
    if not taken:
        return []
    first, last = min(taken), max(taken)
    spare = max(FEWEST - (last - first + 1), 0)
    first = max(min(first - spare // 2, 24 - FEWEST), 0)
    last = min(max(last, first + FEWEST - 1), 23)
    top = max(*taken.values(), 1)
    return [_bar(place, hour, taken.get(hour, 0), top) for place, hour in enumerate(range(first, last + 1))]


def _bar(place: int, hour: int, amount_minor: int, top: int) -> Bar:
    height = max(amount_minor * HEIGHT // top, 2) if amount_minor > 0 else 0
    return Bar(hour, amount_minor, place * STEP + (STEP - WIDTH) // 2, HEIGHT - height, height)
