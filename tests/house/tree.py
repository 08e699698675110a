"""The project seen as files, and what a house rule is.

A rule is a generator over a `Tree`. It is declared with plants: small trees that break it, each of
which it must find, and small trees that look alike and are right. A rule without a plant cannot be
written, so each of them has been seen to bite.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

APPS = ("reports", "payments", "merchants", "taxes", "wallets", "people", "base")
PRODUCT = (*APPS, "config")
EDGES = ("web", "api", "admin", "management", "templatetags")
TEXT_BYTES_MAX = 400_000  # a larger file is data


class Finding(NamedTuple):
    """One broken place. line counts from 1."""

    path: str
    line: int
    says: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.says}"


def at(path: str, node: ast.AST, says: str) -> Finding:
    """A finding where a node stands."""
    return Finding(path, getattr(node, "lineno", 1), says)


@dataclass(frozen=True)
class Tree:
    """The files under `root`, as paths relative to it with forward slashes; what git ignores is not there."""

    root: Path
    _parsed: dict[str, ast.Module] = field(default_factory=dict)

    @cached_property
    def files(self) -> list[str]:
        """All files, sorted."""
        ignore = self.root / ".gitignore"
        lines = ignore.read_text(encoding="utf-8").split() if ignore.exists() else []
        unseen = {".git", *(line.strip("/") for line in lines)}
        found: list[str] = []
        for folder, names, files in _walk(self.root):
            names[:] = [name for name in names if not _hidden(name, unseen)]
            found += [
                (folder / name).relative_to(self.root).as_posix()
                for name in files
                if not _hidden(name, unseen)
            ]
        return sorted(found)

    def matching(self, *patterns: str) -> list[str]:
        """Files whose path fits a shell pattern; a star crosses slashes."""
        return [path for path in self.files if any(fnmatch(path, pattern) for pattern in patterns)]

    def text(self, path: str) -> str:
        """The file as text; bytes that are not UTF-8 become replacement signs."""
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def lines(self, *patterns: str) -> Iterator[tuple[str, int, str]]:
        """Each line of each text file that fits: path, number, line."""
        for path in self.matching(*patterns):
            if (self.root / path).stat().st_size <= TEXT_BYTES_MAX:
                for number, line in enumerate(self.text(path).splitlines(), 1):
                    yield path, number, line

    def python(self, keep: Callable[[str], bool] = lambda path: True) -> Iterator[tuple[str, ast.Module]]:
        """Each Python file (and the `run` script), parsed once."""
        for path in self.files:
            if (path.endswith(".py") or path == "run") and keep(path):
                if path not in self._parsed:
                    self._parsed[path] = ast.parse(self.text(path), filename=path)
                yield path, self._parsed[path]

    def rooms(self, *names: str) -> Iterator[tuple[str, ast.Module]]:
        """The Python files of these rooms, in every app."""
        return self.python(lambda path: room(path) in names)


def _walk(root: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Path.walk, which Python has from 3.12 on; the caller prunes the list of folders."""
    names = sorted(entry.name for entry in root.iterdir() if entry.is_dir() and not entry.is_symlink())
    yield root, names, [entry.name for entry in root.iterdir() if entry.is_file()]
    for name in names:
        yield from _walk(root / name)


def _hidden(name: str, unseen: set[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in unseen)


def room(path: str) -> str | None:
    """The room of an app's file ("core" of wallets/core/money.py), None for files outside the apps."""
    parts = path.removesuffix(".py").split("/")
    return parts[1] if len(parts) > 1 and parts[0] in APPS else None


def product(path: str) -> bool:
    """True for code that is delivered: the apps and config, without migrations."""
    return path.split("/")[0] in PRODUCT and "/migrations/" not in path


def imports(module: ast.AST, path: str) -> Iterator[tuple[ast.Import | ast.ImportFrom, str, str]]:
    """Each import below a node: the statement, the local name, the full dotted name it stands for."""
    package = path.removesuffix(".py").split("/")[:-1]
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.asname or alias.name.split(".")[0], alias.name
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *(node.module or "").split(".")]).strip(".")
            for alias in node.names:
                yield node, alias.asname or alias.name, f"{base}.{alias.name}"


def called(node: ast.AST) -> str:
    """The method that a node calls ("save" of `row.save()`), "" where it calls none."""
    return node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""


Plant = dict[str, str]
Check = Callable[[Tree], Iterable[Finding]]


class Rule(NamedTuple):
    """A check with its controls: trees it must object to and trees it must leave alone."""

    name: str
    check: Check
    bad: list[Plant]
    good: list[Plant]


RULES: dict[str, Rule] = {}


def rule(*, bad: list[Plant], good: list[Plant]) -> Callable[[Check], Check]:
    """Enter a check into RULES under its own name. bad, good: trees as {path: text}."""
    assert bad, "a rule without a plant has never been seen to bite"

    def enter(check: Check) -> Check:
        RULES[check.__name__] = Rule(check.__name__, check, bad, good)
        return check

    return enter


@cache
def real() -> Tree:
    """This project."""
    return Tree(Path(__file__).resolve().parents[2])
