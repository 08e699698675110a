"""Ring a doorbell after the commit: never the queue, never the news itself.

The truth stands in PostgreSQL and is found by scanning, so a lost ring costs seconds and never
money. A ring never raises and never makes an answer slow: a background thread sends it, equal
rings of one batch become one, and after a failure the bell rests for five seconds.
"""

import logging
import queue
import threading
import time
from collections.abc import Iterable

import redis
from celery import current_app
from django.conf import settings
from django.db import transaction

REST_SECONDS = 5.0
# The same task is rung for at most so often: what comes meanwhile makes one bigger batch.
TASK_GAP_SECONDS = 0.2
# Nobody needs to hear later that there was work: the scans have found it.
STALE_SECONDS = 60
LIVE_CHANNEL = "live"
TASK, TOPIC = "task", "topic"
log = logging.getLogger(__name__)
_Ring = tuple[str, str, tuple[str, ...]]
_rings: "queue.Queue[_Ring]" = queue.Queue(maxsize=1000)
_start = threading.Lock()
_ringer: threading.Thread | None = None
_broker = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


def ring(*, task: str, args: tuple[str, ...] = ()) -> None:
    """Ask for a task by name once the open transaction is committed (now, where none is open)."""
    transaction.on_commit(lambda: _put([(TASK, task, args)]), robust=True)


def ring_live(*, topics: Iterable[str]) -> None:
    """Tell live pages that there is something new under these topics, once it is committed."""
    found = sorted(set(topics))
    transaction.on_commit(lambda: _put([(TOPIC, topic, ()) for topic in found]), robust=True)


def _put(wanted: Iterable[_Ring]) -> None:
    global _ringer
    with _start:
        if _ringer is None or not _ringer.is_alive():
            _ringer = threading.Thread(target=_send_all, name="ringer", daemon=True)
            _ringer.start()
    try:
        for one in wanted:
            _rings.put_nowait(one)
    except queue.Full:
        log.warning("the bell is full: the next scan finds the work")


def _send_all() -> None:
    rung: dict[_Ring, float] = {}
    late: set[_Ring] = set()
    while True:
        batch = late | _wait(min((rung[task] for task in late), default=None))
        now = time.monotonic()
        rung = {task: until for task, until in rung.items() if until > now}
        late = batch & rung.keys()
        rung |= {wanted: now + TASK_GAP_SECONDS for wanted in batch - late if wanted[0] == TASK}
        # Live pages first: somebody stands at the counter.
        if not all(_send(wanted) for wanted in sorted(batch - late, reverse=True)):
            time.sleep(REST_SECONDS)


def _wait(until: float | None) -> set[_Ring]:
    """The next rings, all that are there; none when `until` comes first."""
    try:
        batch = {_rings.get(timeout=None if until is None else max(until - time.monotonic(), 0.001))}
    except queue.Empty:
        return set()
    while not _rings.empty():
        batch.add(_rings.get())
    return batch


def _send(wanted: _Ring) -> bool:
    kind, name, args = wanted
    try:
        if kind == TOPIC:
            _broker.publish(LIVE_CHANNEL, name)
        else:
            current_app.send_task(name, args=args, retry=False, expires=STALE_SECONDS)
    except Exception as error:  # any fault of broker or network: scans and polls find the work
        log.warning("bell not heard (%s): %s", type(error).__name__, name)
        return False
    return True
