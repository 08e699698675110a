"""Breaks each of the six import contracts once and sees import-linter name it, and each plant of it.

The contracts in `.importlinter` are copied beside a small staircase that has every room; a contract
that no longer bites (a room renamed, a line lost) fails here before it lets something through.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import APPS, real

ROOMS = ("web", "api", "admin", "management", "tasks", "flows", "checks", "queries", "models", "core")
PLUGS = ("merchants/qr", "merchants/sheets", "wallets/rails", "payments/fx", "reports/formats")
VERDICT = re.compile(r"^(\d) \w+:.*\s(KEPT|BROKEN)$", re.MULTILINE)
LINTER = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"

PLANTS = {
    1: {
        "base/flows": "import payments.queries",
        "wallets/queries": "from merchants import core",
        "reports/queries": "import config",
    },
    2: {
        "payments/queries": "import payments.flows",
        "people/flows": "from people.tasks import forget",
        "merchants/web": "import merchants.api",
        "merchants/models": "import merchants.qr",
        "payments/surprise": "",
    },
    3: {"taxes/core": "from django.conf import settings", "people/core": "import celery"},
    4: {
        "merchants/qr": "from django.urls import reverse",
        "merchants/sheets": "import merchants.models",
        "wallets/rails": "import celery",
        "payments/fx": "import rest_framework",
        "reports/formats": "import rest_framework",
    },
    5: {"payments/flows": "from wallets.models import Entry", "reports/flows": "import wallets.models"},
    6: {
        "payments/web": "import merchants.web",
        "reports/tasks": "from payments import tasks",
        "payments/flows": "import wallets.management",
    },
}
FINE = {
    "config/urls": "import payments.web",
    "payments/urls": "import payments.web, payments.api",
    "payments/web": "import payments.tasks, payments.flows, wallets.queries",
    "payments/flows": "import payments.models, payments.fx, wallets.flows, taxes.core",
    "merchants/sheets": "import merchants.qr, merchants.core",
    "wallets/models": "from django.db import models",
    "merchants/models": "from django.db import models",
    "reports/queries": "import wallets.models, payments.models",
}


def write(root: Path, module: str, text: str) -> None:
    (root / f"{module}.py").parent.mkdir(parents=True, exist_ok=True)
    (root / f"{module}.py").write_text(text + "\n", encoding="utf-8")


def staircase(root: Path) -> None:
    """Every app with every room, each an empty module, under the project's own contracts."""
    for package in ("config", *APPS):
        write(root, f"{package}/__init__", "")
    for module in [f"{app}/{room}" for app in APPS for room in ROOMS] + list(PLUGS):
        write(root, module, "")
    for module, text in FINE.items():
        write(root, module, text)
    (root / ".importlinter").write_text(real().text(".importlinter"), encoding="utf-8")


def lint(root: Path) -> tuple[list[int], str]:
    """The numbers of the broken contracts of the tree at `root`, and all that import-linter said."""
    done = subprocess.run(
        [sys.executable, "-c", LINTER, "--no-cache", "--no-logo"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    verdicts = {int(number): verdict for number, verdict in VERDICT.findall(done.stdout)}
    assert sorted(verdicts) == [1, 2, 3, 4, 5, 6], done.stdout + done.stderr
    broken = [number for number, verdict in verdicts.items() if verdict == "BROKEN"]
    assert (done.returncode != 0) == bool(broken), done.stdout
    return broken, done.stdout


def test_the_project_keeps_all_six() -> None:
    broken, said = lint(real().root)
    assert not broken, said


def test_a_right_staircase_keeps_all_six(tmp_path: Path) -> None:
    staircase(tmp_path)
    broken, said = lint(tmp_path)
    assert not broken, said


@pytest.mark.parametrize("contract", range(1, 7))
def test_each_contract_bites(contract: int, tmp_path: Path) -> None:
    staircase(tmp_path)
    for module, text in PLANTS[contract].items():
        write(tmp_path, module, text)
    broken, said = lint(tmp_path)
    assert broken == [contract], said
    named = {module for module in PLANTS[contract] if re.search(rf"- +{module.replace('/', '.')}\b", said)}
    assert named == set(PLANTS[contract]), said
