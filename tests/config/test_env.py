"""The environment is read once and loudly: what is missing or malformed stops the start and is named."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

APP, OWNER = "postgres://app:secret@localhost:5432/shop", "postgres://owner:secret@localhost:5432/shop"
ONE, TWO = "11" * 32, "22" * 40


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> Any:
    def put(value: str | None, name: str = "SOME_SETTING") -> str:
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
        return name

    return put


@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_text_is_named(put: Any, value: str | None) -> None:
    with pytest.raises(ImproperlyConfigured, match="SOME_SETTING"):
        env.text(put(value))


def test_a_text_may_have_a_default_even_an_empty_one(put: Any) -> None:
    assert env.text(put(None), "none") == "none"
    assert env.text(put(None), "") == env.text(put(""), "") == ""
    assert env.text(put("given"), "none") == "given"


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("1", True),
        ("true", True),
        (" YES ", True),
        ("0", False),
        ("no", False),
        ("False", False),
        ("", False),
    ],
)
def test_flags(put: Any, value: str, answer: bool) -> None:
    assert env.flag(put(value), default=not answer) is answer


def test_a_flag_that_is_not_set_is_its_default(put: Any) -> None:
    assert (env.flag(put(None)), env.flag(put(None), default=True)) == (False, True)


@pytest.mark.parametrize("value", ["on", "2", "yess", "-1", "y"])
def test_a_flag_that_is_neither_stops_the_start(put: Any, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SOME_SETTING must be 1 or 0"):
        env.flag(put(value))


def test_whole_numbers(put: Any) -> None:
    assert (env.whole(put("42"), 7), env.whole(put(None), 7)) == (42, 7)


@pytest.mark.parametrize("value", ["", "-5", "1.5", "1e3", "1_000", "１００", " 5", "five"])
def test_other_numbers_stop_the_start(put: Any, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SOME_SETTING must be a whole number"):
        env.whole(put(value), 7)


def test_a_number_above_its_most_stops_the_start(put: Any) -> None:
    assert env.whole(put("42"), 7, most=42) == 42
    with pytest.raises(ImproperlyConfigured, match="SOME_SETTING must be 41 at most, not 42"):
        env.whole(put("42"), 7, most=41)


def test_a_folder(put: Any) -> None:
    assert env.folder(put("/srv/data"), Path("var")) == Path("/srv/data")
    assert env.folder(put(None), Path("var")) == env.folder(put(""), Path("var")) == Path("var")


def test_keys_by_their_id_the_first_is_the_active_one(put: Any) -> None:
    found = env.keys(put(f"2:{TWO}, 1:{ONE}"))
    assert list(found.items()) == [(2, b"\x22" * 40), (1, b"\x11" * 32)]


@pytest.mark.parametrize(
    "value",
    [
        *("1", "1:", f"x:{ONE}", f":{ONE}", f"1:{ONE}x", f"1:{ONE},", f"1;{ONE}", f"1.0:{ONE}"),
        *(f"1:{'11' * 31}", f"256:{ONE}", f"-1:{ONE}", f"1:{ONE},2:{'22' * 8}"),
    ],
)
def test_keys_that_are_not_right_stop_the_start(put: Any, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SOME_SETTING") as stop:
        env.keys(put(value))
    assert "11" * 8 not in str(stop.value)  # a key never comes into a log


def test_keys_with_their_first_days(put: Any) -> None:
    three = "33" * 32
    found = env.dated_keys(put(f"3@2028-02-29:{three}, 2@2027-01-01:{three},1:{ONE}"))
    assert [(key_id, since and since.isoformat()) for key_id, _, since in found] == [
        (3, "2028-02-29"),
        (2, "2027-01-01"),
        (1, None),
    ]
    assert env.dated_keys(put(f"1:{ONE}")) == ((1, b"\x11" * 32, None),)


@pytest.mark.parametrize(
    "value",
    [
        *("1", "1:", f"x:{ONE}", f"1@soon:{ONE}", f"1:{ONE},", f"256:{ONE}", f"-1:{ONE}", f"1:{TWO}"),
        f"1:{'11' * 31}",
        f"1@2027-01-01:{ONE}",  # nothing would sign the receipts before it
        f"2:{ONE},1:{ONE}",
        f"1@2027-01-01:{ONE},1:{ONE}",
        f"2@2027-01-01:{ONE},3@2027-01-01:{ONE},1:{ONE}",
        f"2@2026-01-01:{ONE},3@2027-01-01:{ONE},1:{ONE}",
    ],
)
def test_dated_keys_that_are_not_right_stop_the_start(put: Any, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SOME_SETTING") as stop:
        env.dated_keys(put(value))
    assert "11" * 8 not in str(stop.value)


@pytest.fixture
def asked(put: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The default database of a command, in an environment of production."""
    put(APP, "DATABASE_URL")
    put(OWNER, "DATABASE_OWNER_URL")
    put(None, "QUITTANCE_TEST_ROLE")
    put(None, "DATABASE_POOL")

    def ask(*command: str) -> dict[str, Any]:
        monkeypatch.setattr("sys.argv", ["manage.py", *command])
        return env.database()

    return ask


@pytest.mark.parametrize("command", [[], ["runserver"], ["audit_ledger"], ["shell"], ["seed_demo"]])
def test_everything_works_as_the_app(asked: Any, command: list[str]) -> None:
    config = asked(*command)
    assert (config["USER"], config["NAME"]) == ("app", "shop")
    assert (config["ATOMIC_REQUESTS"], config["CONN_HEALTH_CHECKS"]) == (False, True)


@pytest.mark.parametrize("command", sorted(env.OWNER_COMMANDS))
def test_what_changes_the_schema_works_as_the_owner(asked: Any, put: Any, command: str) -> None:
    assert asked(command)["USER"] == "owner"
    put(None, "DATABASE_OWNER_URL")
    assert asked(command)["USER"] == "app"


def test_a_migration_does_not_wait_long_for_a_lock(asked: Any) -> None:
    assert asked("migrate")["OPTIONS"]["options"] == "-c lock_timeout=2s"
    assert "options" not in asked()["OPTIONS"]


def test_plans_are_kept_but_behind_a_pooler(asked: Any, put: Any) -> None:
    assert asked()["OPTIONS"]["prepare_threshold"] == 3
    put("0", "DATABASE_PREPARED")
    assert asked()["OPTIONS"]["prepare_threshold"] is None


def test_a_pool_is_for_processes_that_do_not_play_a_role(asked: Any, put: Any) -> None:
    put("8", "DATABASE_POOL")
    assert asked()["OPTIONS"]["pool"]["max_size"] == 8
    assert asked()["OPTIONS"]["options"] == "-c statement_timeout=5s"
    # The web is back with its database, not as late again as the outage was long.
    assert asked()["OPTIONS"]["pool"]["reconnect_timeout"] <= 2
    assert (asked()["ENGINE"], asked()["CONN_HEALTH_CHECKS"]) == ("config.postgres", False)
    put("quittance_app", "QUITTANCE_TEST_ROLE")
    options = asked()["OPTIONS"]
    assert options["options"] == "-c role=quittance_app"
    assert "pool" not in options
    assert asked()["ENGINE"] == "django.db.backends.postgresql"


def test_one_of_a_few_words_or_the_start_stops(put: Any) -> None:
    allowed = {"basic": 1, "verified": 2}
    assert env.one_of(put(None), allowed, "basic") == env.one_of(put(""), allowed, "basic") == "basic"
    assert env.one_of(put("verified"), allowed, "basic") == "verified"
    with pytest.raises(ImproperlyConfigured, match="SOME_SETTING must be one of basic, verified"):
        env.one_of(put("Basic"), allowed, "basic")
