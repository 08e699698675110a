"""What every benchmark stands on: its arguments, two sides in turn, medians, and one line of JSON.

Promise: both sides are measured in the same run, A B A B, on the same servers, so that a slow moment of
the machine hits both. Nothing is asserted about a figure: it is printed beside its goal.
"""

import argparse
import gc
import json
import os
import platform
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django
import psycopg

ROOT = Path(__file__).resolve().parent.parent
django.setup()  # this module is imported first, before any that has rows
Measure = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Relation:
    """Two medians and what is asked of their ratio. `at_most`: the ratio is to stay below the goal."""

    ours: float
    against: float
    goal: float
    unit: str
    runs: int
    at_most: bool = False
    parts: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        return self.ours / self.against if self.against else 0.0

    @property
    def reached(self) -> bool:
        return self.ratio <= self.goal if self.at_most else self.ratio >= self.goal

    @property
    def margin(self) -> float:
        """Above 1: better than the goal; comparable between relations."""
        return self.goal / self.ratio if self.at_most else self.ratio / self.goal


def begin(**more: int) -> argparse.Namespace:
    """Read the arguments. more: numbers with their defaults, each an option of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="small numbers: does it work at all?")
    parser.add_argument("--runs", type=int, default=5, help="of each side (default 5)")
    for name, default in more.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=default)
    options = parser.parse_args()
    if options.quick:
        options.runs = 1
    return options


def alternate(*sides: Measure, runs: int, names: Sequence[str]) -> list[float]:
    """Measure the sides in turn, `runs` times each; print each figure, return the medians."""
    found: list[list[float]] = [[] for _ in sides]
    for run in range(runs):
        for measure, kept in zip(sides, found, strict=True):
            gc.collect()
            kept.append(measure())
        told = "   ".join(f"{name} {kept[-1]:12,.3f}" for name, kept in zip(names, found, strict=True))
        print(f"run {run + 1}:   {told}", flush=True)
    return [statistics.median(kept) for kept in found]


def report(bench: str, relation: Relation, *, rows: Sequence[tuple[str, str]] = ()) -> None:
    """A short table for people, then the line for machines, the last of the output."""
    verdict = "reached" if relation.reached else "NOT reached"
    side = "at most" if relation.at_most else "at least"
    table = [
        *rows,
        ("ours", f"{relation.ours:,.3f} {relation.unit}"),
        ("against", f"{relation.against:,.3f} {relation.unit}"),
        ("ratio", f"{relation.ratio:.3f}, {side} {relation.goal:g} is asked: {verdict}"),
        ("machine", machine()),
    ]
    width = max(len(name) for name, _ in table)
    print(f"\n{bench}")
    for name, text in table:
        print(f"  {name:<{width}}  {text}")
    line: dict[str, Any] = {
        "bench": bench,
        "ours": round(relation.ours, 4),
        "against": round(relation.against, 4),
        "ratio": round(relation.ratio, 4),
        "goal": relation.goal,
        "unit": relation.unit,
        "runs": relation.runs,
    }
    if relation.parts:
        line["parts"] = relation.parts
    print(json.dumps(line), flush=True)


def smaller(parts: dict[str, Relation]) -> Relation:
    """The relation that is nearest to (or furthest below) its goal, with all of them beside it."""
    name = min(parts, key=lambda each: parts[each].margin)
    worst = parts[name]
    told = {
        each: {"ours": round(one.ours, 4), "against": round(one.against, 4),
               "ratio": round(one.ratio, 4), "goal": one.goal}
        for each, one in parts.items()
    }  # fmt: skip
    return Relation(worst.ours, worst.against, worst.goal, worst.unit, worst.runs, worst.at_most, told)


def machine() -> str:
    """What the figure was measured on."""
    model = platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line
        ]
        model = names[0] if names else model
    with psycopg.connect(superuser_url()) as connection:
        version = str(connection.info.server_version // 10_000)
        version = connection.execute("SHOW server_version").fetchone()[0] or version  # type: ignore[index]
    return f"{os.cpu_count()} x {model}; PostgreSQL {version}; Python {sys.version.split()[0]}"


def superuser_url(*, database: str = "") -> str:
    """The bench's own server as its superuser: history is written set-wise, past the triggers."""
    return role_url("postgres", database=database)


def role_url(role: str, *, database: str = "") -> str:
    """The bench's database (or another on its server) as this role."""
    _, _, place = os.environ["DATABASE_URL"].rpartition("@")
    server, _, own = place.rpartition("/")
    return f"postgres://{role}@{server}/{database or own}"
