"""The harness: sides in turn, medians, and a verdict that says on which side of its goal a ratio lies."""

import json

import pytest

from benchmarks import _harness
from benchmarks._harness import Relation, alternate, report, smaller

UNIT = "payments/s"


def test_sides_are_measured_in_turn_and_medians_returned(capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    figures = {"a": iter([5.0, 1.0, 9.0]), "b": iter([2.0, 2.0, 8.0])}

    def side(name: str) -> float:
        said.append(name)
        return next(figures[name])

    found = alternate(lambda: side("a"), lambda: side("b"), runs=3, names=["ours", "theirs"])
    assert found == [5.0, 2.0]
    assert "".join(said) == "ababab"
    assert capsys.readouterr().out.count("theirs") == 3


@pytest.mark.parametrize(
    ("ours", "against", "goal", "at_most", "reached"),
    [
        (90.0, 100.0, 0.9, False, True),
        (89.0, 100.0, 0.9, False, False),
        (1.5, 1.0, 1.5, True, True),
        (1.6, 1.0, 1.5, True, False),
    ],
)
def test_a_goal_is_a_least_or_a_most(
    ours: float, against: float, goal: float, at_most: bool, reached: bool
) -> None:
    relation = Relation(ours, against, goal, UNIT, 5, at_most)
    assert relation.reached is reached
    assert (relation.margin >= 1) is reached


def test_the_relation_nearest_to_its_goal_is_told_with_all_beside_it() -> None:
    far = Relation(300, 10, 20, UNIT, 5)
    near = Relation(300, 100, 2.5, UNIT, 5)
    chosen = smaller({"far": far, "near": near})
    assert (chosen.ours, chosen.against, chosen.goal) == (300, 100, 2.5)
    assert chosen.parts["far"]["ratio"] == 30
    assert set(chosen.parts) == {"far", "near"}


def test_the_last_line_is_for_machines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_harness, "machine", lambda: "one of ours")
    report("tea", Relation(3, 2, 1.3, "cups", 5, parts={"pot": 1}), rows=[("leaves", "green")])
    *table, line = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {
        "bench": "tea", "ours": 3, "against": 2, "ratio": 1.5, "goal": 1.3, "unit": "cups", "runs": 5,
        "parts": {"pot": 1},
    }  # fmt: skip
    assert "  leaves   green" in table
    assert any("reached" in row and "NOT" not in row for row in table)


def test_a_ratio_against_nothing_reaches_nothing() -> None:
    assert not Relation(3, 0, 0.9, UNIT, 1).reached
