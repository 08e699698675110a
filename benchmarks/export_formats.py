"""Every format of one month of a million rows: how long it takes, how large it is, how much memory it needs.

Each is written in a process of its own. Promise: the figure that is compared is the most memory that any of
them had, against the 80 MB that are asked of the CSV.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks._export_rows import shop_with_rows
from benchmarks._harness import Relation, begin, report
from benchmarks._world import connect
from reports.formats import FORMATS

MEGABYTES = 80.0
options = begin(rows=1_000_000)
if options.quick:
    options.rows = 10_000
shop = shop_with_rows(connect(), options.rows)
found: dict[str, dict[str, float]] = {}
told: list[tuple[str, str]] = []
for name, form in FORMATS.items():
    with tempfile.TemporaryDirectory(dir=Path.cwd() / "var") as folder:
        command = [sys.executable, "-m", "benchmarks._export_once", str(shop.merchant.pk)]
        command += [f"{folder}/export{form.ending}", name]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    one = found[name] = json.loads(done.stdout)
    time = f"{one['footing'] + one['seconds']:,.1f} s ({one['cpu']:,.1f} s of Python)"
    size = f"{one['rows']:,.0f} rows, {one['size'] / 1e6:,.1f} MB"
    told.append((name, f"{size}, {time}, peak {one['peak_mb']:.1f} MB"))
    print(f"{name}: {told[-1][1]}", flush=True)
most = max(one["peak_mb"] for one in found.values())
parts = {name: {key: round(value, 1) for key, value in one.items()} for name, one in found.items()}
relation = Relation(most, MEGABYTES, 1.0, "MB", 1, at_most=True, parts=parts)
report("export_formats", relation, rows=told)
