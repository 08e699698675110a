"""`alone`: one of two at a time, by a lock that goes with its connection."""

import threading

import pytest
from django.db import connection, transaction

from base.flows.alone import alone

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(name: str) -> bool:
    """Whether another connection gets the lock now."""
    seen: list[bool] = []

    def look() -> None:
        try:
            with alone(name=name) as mine:
                seen.append(mine)
        finally:
            connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join(timeout=10)
    return seen[0]


def test_one_at_a_time_and_the_next_one_after_it() -> None:
    with alone(name="a") as mine:
        assert mine
        assert elsewhere("a") is False
        assert elsewhere("another name") is True
    assert elsewhere("a") is True


def test_it_outlives_the_transactions_inside_and_ends_with_an_error() -> None:
    def fail() -> None:
        with alone(name="a"):
            with transaction.atomic():
                pass
            assert elsewhere("a") is False
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert elsewhere("a") is True


def test_it_goes_with_its_connection() -> None:
    with alone(name="a"):
        connection.close()
        assert elsewhere("a") is True


def test_it_is_refused_inside_a_transaction() -> None:
    with pytest.raises(AssertionError), transaction.atomic(), alone(name="a"):
        raise RuntimeError("not reached")
