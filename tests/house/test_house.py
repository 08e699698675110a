"""Holds the project to the rules of the house, and each rule to its own controls.

Three questions a rule: does it find every plant, does it leave alone what only looks like one, and
is the project clean? The rules stand in the modules beside this one; docs/STYLE.md lists them.
"""

from functools import cache
from pathlib import Path

import pytest

from tests.house import bans, doors, pages, papers, shape
from tests.house.exceptions import EXCEPTIONS
from tests.house.tree import RULES, Finding, Plant, Rule, Tree, real

MODULES = (bans, doors, pages, papers, shape)
EXCEPTIONS_LEFT = 0  # lower it when an exception leaves; it is never raised


def by_name(rule: Rule) -> str:
    return rule.name


every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=by_name)


@cache
def found_in_project(name: str) -> list[Finding]:
    return list(RULES[name].check(real()))


def planted(plant: Plant, root: Path) -> Tree:
    for path, text in plant.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return Tree(root)


@every_rule
def test_the_project_is_clean(rule: Rule) -> None:
    found = [f for f in found_in_project(rule.name) if (rule.name, f.path) not in EXCEPTIONS]
    assert not found, "\n" + "\n".join(map(str, found))


@every_rule
def test_the_rule_finds_every_plant(rule: Rule, tmp_path: Path) -> None:
    for number, plant in enumerate(rule.bad):
        tree = planted(plant, tmp_path / str(number))
        found = list(rule.check(tree))
        assert found, f"nothing found in {plant}"
        assert {f.path for f in found} <= {*plant, *(str(Path(path).parent) for path in plant)}


@every_rule
def test_the_rule_leaves_good_code_alone(rule: Rule, tmp_path: Path) -> None:
    for number, plant in enumerate(rule.good):
        tree = planted(plant, tmp_path / str(number))
        assert list(rule.check(tree)) == []


def test_exceptions_only_shrink() -> None:
    assert len(EXCEPTIONS) == EXCEPTIONS_LEFT
    assert all(reason.strip() for reason in EXCEPTIONS.values())
    needed = {(name, f.path) for name in RULES for f in found_in_project(name)}
    assert set(EXCEPTIONS) <= needed, "an exception that is no longer needed"


def test_what_git_ignores_is_not_read(tmp_path: Path) -> None:
    plant = {
        ".gitignore": ".venv/\n*.pyc\n",
        ".venv/utils.py": "",
        "a.pyc": "",
        "base/a.py": "",
        ".git/b.py": "",
    }
    assert planted(plant, tmp_path).files == [".gitignore", "base/a.py"]


def test_the_style_guide_lists_every_rule() -> None:
    text = real().text("docs/STYLE.md")
    assert [name for name in RULES if f"`{name}`" not in text] == []
    assert {rule.check.__module__ for rule in RULES.values()} == {module.__name__ for module in MODULES}


def test_every_rule_says_what_it_holds() -> None:
    assert [rule.name for rule in RULES.values() if not rule.check.__doc__] == []
