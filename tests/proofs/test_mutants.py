"""Mutants of the code of the money: each is killed by the test that is named for it.

The tree is copied, edited and tested there, on this run's servers, with databases of their own. Before
that the copy as it is must pass the same tests: a test that fails anyhow kills nothing.
"""

import os
import random
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from urllib.parse import urlsplit, urlunsplit

from tests.proofs.mutants import MUTANTS, Mutant
from tests.proofs.scale import Tell, times

ROOT = Path(__file__).parents[2]
AT_ONCE = 2
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "docs", ".*_cache", ".hypothesis")
_later = count(1)


class Copy:
    """A private tree with a database of its own."""

    def __init__(self, home: Path, number: int) -> None:
        self.tree, self.number, self.made = home / f"copy{number}", number, False
        shutil.copytree(ROOT, self.tree, ignore=LEFT_OUT)

    def passes(self, killers: list[str], *, anew: bool) -> bool:
        """Run tests in the tree. Neither yes nor no (no such test, a broken import) is an error.

        anew: the tables are made from the tree's own migrations.
        """
        urls = {name: self._own(os.environ[name]) for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
        fresh = anew or not self.made
        options = ["-q", "-x", "-p", "no:cacheprovider", "--reuse-db", *(["--create-db"] if fresh else [])]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *killers],
            cwd=self.tree, env={**os.environ, **urls, "PYTHONPATH": str(self.tree)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
        )  # fmt: skip
        self.made = not anew
        last = done.stdout.splitlines()[-1]
        assert done.returncode in {0, 1} and "error" not in last, done.stdout
        return done.returncode == 0

    def survives(self, mutant: Mutant) -> bool:
        path = self.tree / mutant.file
        text = path.read_text()
        found = text.count(mutant.old)
        assert found == 1, f"{mutant.file} has {found} times: {mutant.old}"
        try:
            _write(path, text.replace(mutant.old, mutant.new))
            return self.passes([mutant.killer], anew=mutant.sql)
        finally:
            _write(path, text)

    def _own(self, url: str) -> str:
        return urlunsplit(urlsplit(url)._replace(path=f"/mutants_{os.getpid()}_{self.number}"))


def _write(path: Path, text: str) -> None:
    """With a time that no compiled file has, so that what runs is what was written."""
    path.write_text(text)
    moment = time.time() + next(_later)
    os.utime(path, (moment, moment))


def test_every_mutant_still_has_its_text() -> None:
    for mutant in MUTANTS:
        assert (ROOT / mutant.file).read_text().count(mutant.old) == 1, mutant


def test_each_mutant_is_killed(tmp_path: Path, tell: Tell) -> None:
    """All by `./run prove mutants`; in a run of all tests three, other ones each day (UTC)."""
    began, copies = time.monotonic(), SimpleQueue[Copy]()
    day = datetime.now(UTC).toordinal()
    chosen = random.Random(day).sample(MUTANTS, times(3, len(MUTANTS)))
    for number in range(AT_ONCE):
        copies.put(Copy(tmp_path, number))

    def in_a_copy(mutant: Mutant | None) -> bool:
        copy = copies.get()
        try:
            if mutant is None:
                return copy.passes(sorted({one.killer for one in chosen}), anew=False)
            return copy.survives(mutant)
        finally:
            copies.put(copy)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        # Those that need their tables made anew last.
        order = sorted(chosen, key=lambda mutant: mutant.sql)
        whole, *lived = pool.map(in_a_copy, [None, *order])
    survivors = [mutant.name for mutant, alive in zip(order, lived, strict=True) if alive]
    killed, seconds = len(chosen) - len(survivors), round(time.monotonic() - began)
    tell("mutants", mutants=len(chosen), killed=killed, survivors=survivors, seconds=seconds)
    assert whole, "the tree as it is does not pass these tests"
    assert survivors == []
