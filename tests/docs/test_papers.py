"""The README's walk names buttons that exist; every dependency and every decision stands on its page."""

import hashlib
import re
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.docs.reading import ROOT, page, rows, section

TEST_COMMAND = "./run test"
# The text of the Apache License 2.0 as its authors publish it.
APACHE = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"


def requirements() -> set[str]:
    """The packages that we name ourselves, over all requirements files."""
    lines = [line for path in ROOT.glob("requirements*.txt") for line in path.read_text().splitlines()]
    wanted = [line.partition("#")[0].strip() for line in lines]
    return {
        canonicalize_name(Requirement(line).name) for line in wanted if line and not line.startswith("-r")
    }


def templates_and_forms() -> str:
    """Everything that a page can say."""
    paths: list[Path] = [
        *ROOT.glob("*/templates/**/*.html"),
        *ROOT.glob("*/web/*.py"),
        *ROOT.glob("*/formats/*.py"),
        *ROOT.glob("*/sheets/*.py"),
    ]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_each_dependency_has_its_reason() -> None:
    table = rows(page("docs/adr/0008-dependencies.md"))

    assert {canonicalize_name(name) for name, _ in table} == requirements()
    assert all(why for _, why in table)


def test_the_walk_presses_buttons_that_exist() -> None:
    labels = re.findall(r"\*\*(.+?)\*\*", section(page("README.md"), "From poster to CSV in five minutes"))
    said = templates_and_forms()

    assert len(labels) > 8
    assert [label for label in labels if label not in said] == []


def test_ci_calls_the_test_command_of_the_readme() -> None:
    assert f"\n{TEST_COMMAND} " in section(page("README.md"), "Two commands")
    assert re.search(rf"^{re.escape(TEST_COMMAND)}(\s+#.*)?$", page(".ci/run"), re.MULTILINE)


def test_each_decision_is_in_the_index() -> None:
    index = page("docs/adr/README.md")
    records = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))

    assert len(records) > 10
    for record in records:
        assert f"({record.name})" in index, record.name
        number, _, title = (
            record.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ").partition(": ")
        )
        assert number == str(int(record.name[:4]))
        assert number == "0" or f"[{number}]({record.name}) | {title} |" in index


def test_the_licence_is_the_apache_licence() -> None:
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == APACHE
