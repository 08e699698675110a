"""How much a proof does: small figures in every test run, the full ones by `./run prove`.

The figures are those of the design's tests T2, T4 and T5. A zero in n trials only shows a rate under
3/n, so each proof says how often it tried.
"""

import os
from collections.abc import Callable

FULL = os.environ.get("QUITTANCE_PROVE") == "full"
Tell = Callable[..., None]


def times(small: int, full: int) -> int:
    """How often, in this run."""
    return full if FULL else small
