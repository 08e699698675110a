"""What the launcher's tests share: a family of processes, and how to await the end of a process."""

import importlib.machinery
import importlib.util
import os
import select
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from deploy.environment import ROOT
from deploy.family import Family


@pytest.fixture
def family() -> Iterator[Family]:
    """Processes of one test; whatever it leaves is ended."""
    family = Family()
    yield family
    family.close()


@pytest.fixture
def run_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The file `run` as a module, working on a folder of its own with two small requirement files."""
    loader = importlib.machinery.SourceFileLoader("run_file", str(ROOT / "run"))
    spec = importlib.util.spec_from_loader("run_file", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    for name, value in {
        "ROOT": tmp_path, "VENV": tmp_path / ".venv",
        "PYTHON": tmp_path / ".venv/bin/python", "STAMP": tmp_path / ".venv/installed.json",
    }.items():  # fmt: skip
        monkeypatch.setattr(module, name, value)
    (tmp_path / "requirements.txt").write_text("a>=1\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\nb>=1\n")
    (tmp_path / "constraints.txt").write_text("a==1\nb==1\n")
    return module


def ended(pid: int, seconds: float) -> bool:
    """Wait for the end of a process, child or not."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        readable, _, _ = select.select([handle], [], [], seconds)
        return bool(readable)
    finally:
        os.close(handle)


def lives(pid: int) -> bool:
    return not ended(pid, 0)


def descendants(ancestor: int) -> set[int]:
    """Every living process below this one."""
    parents = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(place.parent.name)] = int(place.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, wave = set[int](), {ancestor}
    while wave := {pid for pid, parent in parents.items() if parent in wave}:
        found |= wave
    return found


def of_folder(var: Path) -> set[int]:
    """Every process of this machine that was started for this var folder.

    Valkey is not among them: it writes its title over its environment.
    """
    wanted = f"QUITTANCE_VAR={var}".encode()
    found = set()
    for place in Path("/proc").glob("[0-9]*/environ"):
        try:
            if wanted in place.read_bytes().split(b"\0"):
                found.add(int(place.parent.name))
        except OSError:
            continue
    return found
