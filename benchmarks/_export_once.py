"""One export of the bench's shop in a process of its own: arguments are merchant, file and format.

Prints seconds from the first row asked for to the last byte on the disk, rows, the peak of memory, and how
long the processor was at it here: other work on the machine does not change that much.
"""

import json
import os
import sys
import time
from pathlib import Path
from uuid import UUID

import django

django.setup()

from reports.core.periods import month  # noqa: E402 - rows need the setup above
from reports.formats import FORMATS  # noqa: E402
from reports.formats.base import About  # noqa: E402
from reports.queries.books import merchant_of  # noqa: E402
from reports.queries.snapshot import snapshot  # noqa: E402
from reports.queries.sources import Books  # noqa: E402

PERIOD = month(2026, 11, "Europe/Berlin")


def once(merchant_id: UUID, path: Path, name: str) -> dict[str, float]:
    merchant = merchant_of(merchant_id)
    about = About(merchant.legal_name, merchant.country, PERIOD, "")
    idle = peak()
    with snapshot(seconds=3600) as cursor, path.open("w+b") as file:
        began = time.perf_counter()
        source = Books(cursor, merchant, about, path.parent)
        footed = time.perf_counter()
        written = FORMATS[name].write(source, file)
        file.flush()
        os.fsync(file.fileno())
        ended = time.perf_counter()
        source.check(written)
    return {
        "seconds": ended - footed,
        "footing": footed - began,
        "cpu": time.process_time(),
        "rows": written.rows,
        "size": written.size,
        "idle_mb": idle,
        "peak_mb": peak(),
    }


def peak() -> float:
    """The most memory that was resident since this program began (getrusage also counts its parent's)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    print(json.dumps(once(UUID(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])))
