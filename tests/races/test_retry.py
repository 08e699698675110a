"""The retry wrapper, with errors that PostgreSQL really raises."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from psycopg_pool import PoolTimeout

from base.flows.retry import retry
from people.models import User
from tests.factories import make_person
from tests.races.threads import at_once, start

pytestmark = pytest.mark.django_db(transaction=True)


class Flow:
    """A flow that raises an SQL error for its first tries; counts them."""

    def __init__(self, sqlstate: str, *, times: int) -> None:
        self.sqlstate, self.times, self.tries = sqlstate, times, 0

    @retry
    def __call__(self) -> str:
        self.tries += 1
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            if self.tries <= self.times:
                cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{self.sqlstate}'; END $$")
        return "done"


@pytest.fixture(autouse=True)
def no_rest(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it rested between tries, without resting."""
    rests: list[float] = []
    monkeypatch.setattr("base.flows.retry.time.sleep", rests.append)
    return rests


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_five_tries_and_no_more(sqlstate: str, no_rest: list[float]) -> None:
    four, five = Flow(sqlstate, times=4), Flow(sqlstate, times=5)
    assert (four(), four.tries) == ("done", 5)
    with pytest.raises(OperationalError):
        five()
    assert five.tries == 5
    assert len(no_rest) == 8
    assert all(0 <= rest < 0.32 for rest in no_rest)


def test_a_plan_that_a_migration_made_stale_is_made_anew_on_a_new_connection() -> None:
    flow = Flow("0A000", times=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        before = cursor.fetchone()
    assert (flow(), flow.tries) == ("done", 2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone() != before


def test_whoever_waited_for_a_connection_in_vain_does_not_wait_five_times() -> None:
    tries = []

    @retry
    def flow() -> None:
        tries.append(1)
        raise OperationalError("no connection") from PoolTimeout("after 5 s")

    with pytest.raises(OperationalError):
        flow()
    assert tries == [1]


@pytest.mark.parametrize("sqlstate", ["55P03", "57014", "53300", "23505", "QT011"])
def test_other_errors_are_not_tried_again(sqlstate: str) -> None:
    flow = Flow(sqlstate, times=1)
    with pytest.raises(DatabaseError):
        flow()
    assert flow.tries == 1


def test_what_is_not_of_the_database_is_not_tried_again() -> None:
    tries = []

    @retry
    def flow() -> None:
        tries.append(1)
        raise IntegrityError("a rule of ours")

    with pytest.raises(IntegrityError):
        flow()
    assert tries == [1]


def test_an_inner_flow_leaves_the_retry_to_the_outer_one() -> None:
    """After such an error the whole transaction is lost, so only the whole can be tried again."""
    tries = []

    @retry
    def flow() -> None:
        tries.append(1)
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$")

    with pytest.raises(OperationalError), transaction.atomic():
        flow()
    assert tries == [1]


@pytest.mark.parametrize("around", [partial(transaction.atomic, durable=True), nullcontext])
def test_a_connection_that_was_cut_is_made_anew(around: Callable[[], AbstractContextManager[None]]) -> None:
    tries = []

    @retry
    def flow() -> int:
        tries.append(1)
        with around(), connection.cursor() as cursor:
            if len(tries) == 1:
                cursor.execute("SET ROLE NONE")
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            cursor.execute("SELECT 1")
            number: int = cursor.fetchone()[0]
            return number

    assert flow() == 1
    assert len(tries) == 2


def rename(first: User, second: User, meet: Callable[[], object]) -> int:
    """Two rows in the order given, waiting in between for the other one to have its first."""
    tries = 0

    @retry
    def flow() -> None:
        nonlocal tries
        tries += 1
        with transaction.atomic(durable=True):
            User.objects.filter(pk=first.pk).update(name="Renamed")
            if tries == 1:
                meet()
            User.objects.filter(pk=second.pk).update(name="Renamed")

    flow()
    return tries


def test_a_real_deadlock_is_broken_and_both_get_through() -> None:
    one, two = make_person(pin=None), make_person(pin=None)
    meet = partial(threading.Barrier(2).wait, timeout=30)
    tries = at_once(partial(rename, one, two, meet), partial(rename, two, one, meet))
    assert sorted(tries) == [1, 2]


def test_a_real_serialization_failure_sees_the_others_work_the_second_time() -> None:
    ann, seen = make_person(pin=None, name="Ann"), []

    def other() -> None:
        User.objects.filter(pk=ann.pk).update(name="Bea")

    @retry
    def flow() -> None:
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            seen.append(User.objects.get(pk=ann.pk).name)
            if len(seen) == 1:
                start(other)()
            User.objects.filter(pk=ann.pk).update(name=f"{seen[-1]} Smith")

    flow()
    assert seen == ["Ann", "Bea"]
    assert User.objects.get(pk=ann.pk).name == "Bea Smith"
