"""Every check runs and has its line; one failure is enough, and only then is it heard."""

import sys

import pytest

from deploy import lint

GOOD, BAD = [sys.executable, "-c", "print('fine')"], [sys.executable, "-c", "raise SystemExit('line 3: no')"]


def test_all_run_although_the_first_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lint, "CHECKS", {"form": BAD, "types": GOOD})
    assert lint.main() == 1
    out = capsys.readouterr().out
    assert "line 3: no" in out
    assert "fine" not in out
    assert [line.split()[:2] for line in out.splitlines() if " s" in line] == [
        ["form", "FAILED"],
        ["types", "ok"],
    ]


def test_all_well_is_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lint, "CHECKS", {"types": GOOD})
    assert lint.main() == 0
