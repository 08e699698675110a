"""Fixtures for all tests. The servers are real and are started by `tests/servers.py`."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client, TransactionTestCase, override_settings

from base.owner import as_owner
from people.models import User
from tests.cleaning import delete_rows

GUARDS = (
    ("wallets_journal", "journal_immutable"),
    ("wallets_entry", "entry_immutable"),
    ("wallets_entry", "entry_balanced"),
    ("wallets_account", "account_kept"),
)


# Few tests that each take long: begun last, one worker would go on alone for minutes.
LONG = ("faults", "proofs", "browser", "races", "deploy")


def pytest_collection() -> None:
    """What is collected stays to the end: whoever looks for garbage in it finds none and takes long."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on only what the tests make is looked through."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long folders first, so that the workers end together."""
    here = Path(__file__).parent
    items.sort(key=lambda item: item.path.relative_to(here).parts[0] not in LONG)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The test database is made, and at the end dropped, by the owner of the tables."""
    connections.settings["default"]["OPTIONS"].pop("options", None)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """A slow hash protects people who exist; a thousand test people only wait for it."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Everything between works with the application's rights, in every thread."""
    options = connections.settings["default"]["OPTIONS"]
    with django_db_blocker.unblock():
        connection.close()
        options["options"] = f"-c role={settings.APP_DATABASE_ROLE}"
        yield
        connection.close()
        del options["options"]


@pytest.fixture(scope="session", autouse=True)
def quick_cleaning() -> Iterator[None]:
    """After each transactional test its rows are deleted: a flush takes fifty times as long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", delete_rows)
        yield


@pytest.fixture(autouse=True)
def var_folder(tmp_path: Path) -> Iterator[None]:
    """Exports and mail of a test go into its own folder."""
    before = settings.EXPORT_DIR
    settings.EXPORT_DIR = tmp_path / "exports"
    yield
    settings.EXPORT_DIR = before


@pytest.fixture
def owner_sql(db: None) -> Callable[..., None]:
    """Run SQL as the owner of the tables, with triggers off: to plant the fault a check must find."""

    def run(sql: str, *params: Any) -> None:
        with as_owner(connection), connection.cursor() as cursor:
            for table, trigger in GUARDS:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
            cursor.execute(sql, params or None)
            for table, trigger in GUARDS:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")

    return run


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser that is signed in as a person."""

    def sign_in(person: User) -> Client:
        client = Client()
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return sign_in
