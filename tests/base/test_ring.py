"""The doorbell never raises, never waits, and is never needed: a dead broker costs seconds, not money."""

import logging
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import redis
from celery import Celery
from django.conf import settings
from django.db import transaction

from base.flows import ring as bell
from base.flows.ring import ring, ring_live
from payments.models import Payment
from tests.factories import make_one_time_code, make_person, make_shop, pay, settle_all

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 10.0


def until(done: Callable[[], bool]) -> bool:
    """True once it is so, asked every few milliseconds for `SOON` seconds."""
    end = time.monotonic() + SOON
    while not done() and time.monotonic() < end:
        time.sleep(0.005)
    return done()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, tuple[str, ...]]]:
    """What the bell has sent, without a broker."""
    rung: list[tuple[str, str, tuple[str, ...]]] = []

    def send(wanted: tuple[str, str, tuple[str, ...]]) -> bool:
        rung.append(wanted)
        return True

    monkeypatch.setattr(bell, "_send", send)
    return rung


@pytest.fixture
def dead_broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A port where nobody listens, for the tasks and for the live pages."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"redis://127.0.0.1:{taken.getsockname()[1]}/0"
        monkeypatch.setattr(bell, "REST_SECONDS", 0.01)
        monkeypatch.setattr(bell, "_broker", redis.Redis.from_url(address, socket_connect_timeout=1))
        with Celery("nobody", broker=address, set_as_current=False) as nobody:
            # Celery would try for six seconds more, which only its own thread would notice.
            nobody.conf.broker_transport_options = {"max_retries": 0}
            monkeypatch.setattr(bell, "current_app", nobody)
            yield


def test_it_rings_after_the_commit_and_not_before(sent: list[tuple[str, str, tuple[str, ...]]]) -> None:
    with transaction.atomic():
        ring(task="a.task", args=("1",))
        ring_live(topics=["till:2", "till:1", "till:2"])
        assert sent == []
    assert until(lambda: len(sent) == 3)
    assert set(sent) == {("task", "a.task", ("1",)), ("topic", "till:1", ()), ("topic", "till:2", ())}


def test_what_is_rolled_back_does_not_ring(sent: list[tuple[str, str, tuple[str, ...]]]) -> None:
    with transaction.atomic():
        ring(task="never")
        transaction.set_rollback(True)
    ring(task="later")
    assert until(lambda: bool(sent))
    assert sent == [("task", "later", ())]


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: ring(task="base.tasks.send_notices"), "base.tasks.send_notices"),
        (lambda: ring_live(topics=["till:1"]), "till:1"),
    ],
)
def test_a_dead_broker_is_noted_and_nothing_else(
    dead_broker: None, caplog: pytest.LogCaptureFixture, call: Callable[[], None], name: str
) -> None:
    with caplog.at_level(logging.WARNING, "base.flows.ring"):
        call()
        assert until(lambda: bool(caplog.messages))
    (message,) = caplog.messages
    assert message.startswith("bell not heard") and message.endswith(name)


def test_payments_go_on_and_answers_stay_fast_without_a_broker(dead_broker: None) -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 10_000})
    pay(make_one_time_code(shop, 100), ann)
    began = time.monotonic()
    payment = pay(make_one_time_code(shop, 1190), ann)
    assert time.monotonic() - began < 1
    assert settle_all() == 2
    assert Payment.objects.get(pk=payment.pk).state == "settled"


def test_a_full_bell_drops_the_ring_and_never_blocks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Full:
        def put_nowait(self, _: object) -> None:
            raise queue.Full

    monkeypatch.setattr(bell, "_rings", Full())
    monkeypatch.setattr(bell, "_ringer", threading.current_thread())
    ring(task="a.task")
    assert caplog.messages == ["the bell is full: the next scan finds the work"]


def test_live_pages_hear_it_on_their_channel() -> None:
    with redis.Redis.from_url(settings.REDIS_URL).pubsub() as ear:
        ear.subscribe(bell.LIVE_CHANNEL)
        assert ear.get_message(timeout=SOON)["type"] == "subscribe"
        ring_live(topics=["till:heard"])
        heard: list[bytes] = []

        def listen() -> bool:
            message = ear.get_message(timeout=1)
            heard.extend([message["data"]] if message else [])
            return b"till:heard" in heard

        assert until(listen)


def test_equal_rings_of_one_batch_are_one(sent: list[tuple[str, str, tuple[str, ...]]]) -> None:
    with transaction.atomic():
        for _ in range(200):
            ring(task="settle")
        ring(task="last")
    assert until(lambda: ("task", "last", ()) in sent)
    assert 1 <= sent.count(("task", "settle", ())) < 200


def test_a_task_is_rung_again_only_after_a_gap_and_then_once(
    sent: list[tuple[str, str, tuple[str, ...]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell, "TASK_GAP_SECONDS", 0.3)
    lane, other = (bell.TASK, "gap.settle", ("0",)), (bell.TASK, "gap.settle", ("1",))
    began = time.monotonic()
    ring(task="gap.settle", args=("0",))
    assert until(lambda: lane in sent)
    for _ in range(20):
        ring(task="gap.settle", args=("0",))
    ring(task="gap.settle", args=("1",))
    assert until(lambda: other in sent)
    assert sent.count(lane) == 1 or time.monotonic() - began >= 0.3
    assert until(lambda: sent.count(lane) == 2)
    assert time.monotonic() - began >= 0.3
    ring_live(topics=["gap:after"])
    assert until(lambda: (bell.TOPIC, "gap:after", ()) in sent)
    assert sent.count(lane) == 2
