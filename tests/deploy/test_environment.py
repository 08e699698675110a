"""Who wins: the servers that run, then the real environment, then `.env`, then what var/ keeps."""

from pathlib import Path

import pytest

from deploy import environment
from deploy.environment import complete, shared, without_owner
from deploy.folder import Folder

URLS = {"DATABASE_URL": "app", "DATABASE_OWNER_URL": "owner", "REDIS_URL": "redis"}


def test_the_real_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("FEE_PPM=1\nEMAIL_HOST=mail\n")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setenv("FEE_PPM", "2")
    monkeypatch.delenv("EMAIL_HOST", raising=False)
    given = environment.given()
    assert (given["FEE_PPM"], given["EMAIL_HOST"]) == ("2", "mail")


def test_the_var_folder_can_be_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    assert environment.var_folder({}).path == tmp_path / "var"
    assert environment.var_folder({"QUITTANCE_VAR": str(tmp_path / "x")}).path == tmp_path / "x"


def test_nothing_is_missing_and_what_was_given_stays(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    whole = complete({"SECRET_KEY": "mine", "PATH": "/bin"}, folder, URLS, "http://127.0.0.1:8000")
    assert whole["SECRET_KEY"] == "mine"
    assert whole["PIN_PEPPERS"] == folder.keys()["PIN_PEPPERS"]
    assert whole["BASE_URL"] == "http://127.0.0.1:8000"
    assert whole["QUITTANCE_VAR"] == str(tmp_path)
    assert {name: whole[name] for name in URLS} == URLS


@pytest.mark.parametrize(
    ("given", "demo"),
    [
        ({}, "1"),
        ({"DATABASE_URL": "x"}, "0"),
        ({"DATABASE_URL": "x", "QUITTANCE_DEMO": "1"}, "1"),
        ({"QUITTANCE_DEMO": "0"}, "0"),
    ],
)
def test_a_database_of_somebody_is_not_filled_with_a_demo(
    tmp_path: Path, given: dict[str, str], demo: str
) -> None:
    assert complete(given, Folder(tmp_path), URLS, "http://x")["QUITTANCE_DEMO"] == demo


def test_processes_that_serve_do_not_get_the_owner() -> None:
    assert without_owner(URLS) == {"DATABASE_URL": "app", "REDIS_URL": "redis"}


def test_the_rest_of_somebodys_environment_is_not_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THEIR_TOKEN", "secret")
    monkeypatch.setenv("SECRET_KEY", "needed")
    monkeypatch.delenv("EMAIL_HOST", raising=False)
    whole = {"THEIR_TOKEN": "secret", "SECRET_KEY": "needed", "EMAIL_HOST": "from .env", **URLS}
    assert shared(whole) == {"SECRET_KEY": "needed", "EMAIL_HOST": "from .env", **URLS}
