"""A real worker process is SIGKILLed in the middle of a settlement."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from base.owner import as_owner
from payments.flows.settle import settle
from payments.models import Payment, Receipt
from tests.factories import make_one_time_code, make_person, make_shop, pay, settle_all
from tests.races.threads import wait_for, waiting

pytestmark = pytest.mark.django_db(transaction=True)
GATE = 4711
SETTLE = "import django; django.setup(); from payments.flows.settle import settle; print(settle())"


def environment() -> dict[str, str]:
    """This process's, with the database of the tests."""
    address = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(address._replace(path=f"/{connection.settings_dict['NAME']}"))
    return {**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "config.settings"}


@contextmanager
def receipts_behind_a_gate(owner_sql: Callable[..., None]) -> Iterator[None]:
    """Whoever writes a receipt waits for the gate, which is shut while the block runs."""
    owner_sql(
        f"CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" PERFORM pg_advisory_xact_lock_shared({GATE}); RETURN NEW; END $$;"
        " CREATE TRIGGER gate BEFORE INSERT ON payments_receipt FOR EACH ROW EXECUTE FUNCTION gate()"
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [GATE])
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [GATE])
        owner_sql("DROP TRIGGER gate ON payments_receipt; DROP FUNCTION gate()")


def others() -> int:
    """How many other connections work for this database."""
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        count: int = cursor.fetchone()[0]
        return count


def test_a_worker_killed_while_it_settles_leaves_nothing_and_loses_nothing(
    owner_sql: Callable[..., None],
) -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 10_000})
    for amount in (100, 200, 300):
        pay(make_one_time_code(shop, amount), ann)
    before = others()
    with receipts_behind_a_gate(owner_sql):
        worker = subprocess.Popen(
            [sys.executable, "-c", SETTLE],
            env=environment(),
            cwd=Path(__file__).parents[2],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(lambda: waiting() == 1 or worker.poll() is not None)
            assert worker.poll() is None, "the worker did not come to its receipts"
            # Its rows are locked: another settlement walks around them.
            assert settle() == 0
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
    # Its connection still works on; it learns of the death when it wants to answer.
    wait_for(lambda: others() == before)
    assert set(Payment.objects.values_list("state", flat=True)) == {"promised"}
    assert not Receipt.objects.exists()
    assert settle_all() == 3
    assert list(Receipt.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
