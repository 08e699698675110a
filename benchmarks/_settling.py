"""Settlement as it is deployed: a worker behind the broker, rung once, watched until nothing is due."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import redis
from celery import current_app
from django.conf import settings

from benchmarks._services import running
from benchmarks._world import World
from payments.flows.settle import settle

PATIENCE = 300.0


def settle_here() -> int:
    """Settle in this process all that is promised."""
    done = 0
    while settled := settle():
        done += settled
    return done


@contextmanager
def worker(
    lanes: int, world: World, *, queue: str = "celery", env: Mapping[str, str] = {}
) -> Iterator[Callable[[int], float]]:
    """A worker with so many processes, each for a lane; yields what settles so many payments, per second.

    Payments are made, and statistics and checkpoint done, before the clock starts.
    """
    more = {"SETTLE_LANES": str(lanes), **env}
    with running("worker", "-Q", queue, "--concurrency", str(lanes), env=more):

        def settle_many(count: int) -> float:
            _wait_until_idle(queue)
            world.promise(count)
            world.tidy()
            due = world.connection.execute("SELECT count(*) FROM payments_due").fetchone()
            assert due == (count,), f"{due} are due instead of {count}"
            return count / _ring_and_wait(world, lanes, queue)

        world.promise(50)
        _ring_and_wait(world, lanes, queue)  # it is up, and warm
        yield settle_many


def _ring_and_wait(world: World, lanes: int, queue: str) -> float:
    """Seconds from the ring until nothing is due any more."""
    begun = time.perf_counter()
    for lane in range(lanes):
        current_app.send_task("payments.tasks.settle_due", args=(str(lane),), queue=queue)
    while world.connection.execute("SELECT 1 FROM payments_due LIMIT 1").fetchone():
        assert time.perf_counter() - begun < PATIENCE, "nobody settles"
        time.sleep(0.01)
    return time.perf_counter() - begun


def _wait_until_idle(queue: str) -> None:
    """No ring is waiting or in hand: nothing is settled before the next run's clock starts."""
    broker = redis.Redis.from_url(settings.REDIS_URL)
    begun = time.perf_counter()
    while broker.llen(queue) or broker.hlen("unacked"):
        assert time.perf_counter() - begun < PATIENCE, "the worker never rests"
        time.sleep(0.02)
