"""`./run prove` finds its proofs, and asks for the full figures."""

import os

import pytest

from deploy import prove
from deploy.environment import PYTHON, ROOT


def test_one_proof_or_all_of_them() -> None:
    assert prove.command([])[-1] == "tests/proofs"
    assert prove.command(["-x"])[-2:] == ["tests/proofs", "-x"]
    assert prove.command(["bank", "-x"])[-2:] == ["tests/proofs/test_bank.py", "-x"]


def test_an_unknown_proof_is_answered_with_the_list() -> None:
    with pytest.raises(SystemExit, match=r"prove bank\n.*prove model\n.*prove mutants\n.*prove races"):
        prove.command(["tea"])


def test_it_becomes_pytest_with_the_full_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[object] = []
    monkeypatch.setattr(os, "execve", lambda *all_of_it: became.extend(all_of_it))
    monkeypatch.setattr("sys.argv", ["prove", "races"])
    monkeypatch.chdir(ROOT)
    prove.main()
    assert became[0] == PYTHON
    assert isinstance(became[2], dict) and became[2]["QUITTANCE_PROVE"] == "full"
