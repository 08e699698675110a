"""The live feed for real: a front in its own process, real PostgreSQL, real Valkey, with and without it."""

import json
import os
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection

from base.core.uuid7 import floor_of, unix_ms_of
from base.models import Event
from deploy.family import Family
from deploy.valkey import Valkey, free_port
from merchants.models import Membership
from payments.queries.events import last_event_id, topics_of
from payments.web import live
from tests.factories import (
    make_member,
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    pay,
    settle_all,
)
from tests.payments.web.feed import Feed, ask, cookie_of, front

pytestmark = pytest.mark.django_db(transaction=True)
SLOW = {"CALM_POLL_SECONDS": 60.0, "BEAT_SECONDS": 60.0, "CHECK_SECONDS": 60.0}


@pytest.fixture(scope="module")
def bell_only(django_db_setup: None) -> Iterator[int]:
    """A front that polls once a minute: what comes sooner was rung."""
    with front(live=SLOW, front={"BODY_SECONDS": 0.5}) as port:
        yield port


@pytest.fixture(scope="module")
def restless(django_db_setup: None) -> Iterator[int]:
    """A front that looks up session and role all the time."""
    with front(live={"CHECK_SECONDS": 0.2, "BEAT_SECONDS": 0.3}) as port:
        yield port


def subscribers() -> int:
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as asked:
        return asked.pubsub_numsub("live")[0][1]


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it never became true"
        time.sleep(0.02)


def test_a_payment_is_told_within_a_second_and_its_settlement_too(bell_only: int) -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 9_000})
    code = make_one_time_code(shop, reference="Table 4")
    with Feed(bell_only, shop.till.pk, cookie_of(shop.cashier)) as feed:
        until(lambda: subscribers() > 0)
        payment = pay(code, ann, tip_minor=100)
        told = feed.next(within=1.0)
        assert (told.kind, told.data["payment"]) == ("payment.promised", str(payment.pk))
        assert (told.data["total_minor"], told.data["reference"]) == (1290, "Table 4")
        assert str(ann.pk) not in json.dumps(told.data)
        settle_all()
        told = feed.next(within=1.0)
        assert (told.kind, told.data["receipt_no"]) == ("payment.settled", 1)
        assert uuid.UUID(told.id).version == 7


def test_a_branch_code_is_told_to_its_tills_and_another_till_is_not_disturbed(bell_only: int) -> None:
    shop, other, ann = make_shop(), make_shop(), make_person(funds={"EUR": 9_000})
    with (
        Feed(bell_only, shop.till.pk, cookie_of(shop.cashier)) as feed,
        Feed(bell_only, other.till.pk, cookie_of(other.cashier)) as quiet,
    ):
        until(lambda: subscribers() > 0)
        payment = pay(make_static_code(shop, till=False), ann, 500)
        assert feed.next(within=1.0).data["payment"] == str(payment.pk)
        theirs = pay(make_static_code(other), ann, 600)
        assert quiet.next(within=1.0).data["payment"] == str(theirs.pk)


def test_what_was_missed_is_replayed_from_the_last_id_on(bell_only: int) -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 9_000})
    code, cookie = make_static_code(shop), cookie_of(shop.cashier)
    with Feed(bell_only, shop.till.pk, cookie) as feed:
        until(lambda: subscribers() > 0)
        pay(code, ann, 100)
        last = feed.next().id
    missed = {str(pay(code, ann, minor).pk) for minor in (200, 300)}
    for header, query in ((last, ""), ("", last)):
        with Feed(bell_only, shop.till.pk, cookie, last_id=header, after=query) as feed:
            assert feed.begin == last
            told = [feed.next() for _ in range(3)]  # the overlap first: the page leaves out what it has
            assert {each.data["payment"] for each in told if each.id > last} == missed
            assert [each.id for each in told] == sorted(each.id for each in told)


def test_a_line_that_was_never_told_anything_still_knows_where_it_began(bell_only: int) -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 9_000})
    cookie = cookie_of(shop.cashier)
    with Feed(bell_only, shop.till.pk, cookie) as feed:
        begin = feed.begin
    payment = pay(make_static_code(shop), ann, 200)
    with Feed(bell_only, shop.till.pk, cookie, last_id=begin) as feed:
        assert feed.next().data["payment"] == str(payment.pk)


def test_without_a_last_id_it_begins_now_and_a_page_says_when_it_was_drawn(bell_only: int) -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 9_000})
    code, cookie = make_static_code(shop), cookie_of(shop.cashier)
    drawn = last_event_id(topics_of(shop.till))
    old = pay(code, ann, 100)
    for odd in ("", "x", str(uuid.uuid4()), str(floor_of((1 << 48) - 1))):
        with Feed(bell_only, shop.till.pk, cookie, last_id=odd) as feed:
            new = pay(code, ann, 200)
            assert feed.next().data["payment"] == str(new.pk), odd
    with Feed(bell_only, shop.till.pk, cookie, after=str(drawn)) as feed:
        assert feed.next().data["payment"] == str(old.pk)


def test_an_event_that_becomes_visible_late_is_told_once(bell_only: int) -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 9_000})
    code = make_static_code(shop)
    with Feed(bell_only, shop.till.pk, cookie_of(shop.cashier)) as feed:
        until(lambda: subscribers() > 0)
        pay(code, ann, 100)
        first = uuid.UUID(feed.next().id)
        early = floor_of(unix_ms_of(first) - 2_000)  # its id was made before, its commit came after
        topic = f"till:{shop.till.pk}"
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO base_event (id, topic, kind, subject, shard_key, payload) "
                "VALUES (%s, %s, 'payment.promised', %s, %s, '{\"late\": true}')",
                [early, topic, uuid.uuid4(), shop.merchant.pk],
            )
        with redis.Redis.from_url(os.environ["REDIS_URL"]) as bell:
            bell.publish("live", topic)
        assert feed.next(within=1.0).id == str(early)
        payment = pay(code, ann, 200)
        assert feed.next(within=1.0).data["payment"] == str(payment.pk)


def test_more_than_a_batch_is_told_without_a_gap(bell_only: int) -> None:
    shop = make_shop()
    start = floor_of(int(time.time() * 1000) - 3_600_000)
    ids = [uuid.UUID(int=start.int + (number << 80)) for number in range(1, 451)]
    Event.objects.bulk_create(
        Event(id=each, topic=f"till:{shop.till.pk}", kind="payment.promised", subject=each,
              shard_key=shop.merchant.pk, payload={})
        for each in ids
    )  # fmt: skip
    with Feed(bell_only, shop.till.pk, cookie_of(shop.cashier), last_id=str(start)) as feed:
        assert [feed.next().id for _ in ids] == [str(each) for each in ids]


def test_whoever_may_not_see_a_till_gets_the_same_404(bell_only: int) -> None:
    shop, other = make_shop(), make_shop()
    path = f"/events/till/{shop.till.pk}"
    answers = [
        ask(bell_only, path),
        ask(bell_only, path, Cookie="sessionid=forged"),
        ask(bell_only, path, Cookie=cookie_of(make_person(pin=None))),
        ask(bell_only, path, Cookie=cookie_of(other.owner)),
        ask(bell_only, path, Cookie=cookie_of(make_member(shop, "accountant"))),
        ask(bell_only, f"/events/till/{uuid.uuid4()}", Cookie=cookie_of(shop.cashier)),
    ]
    assert answers[0][0] == 404
    assert all(answer == answers[0] for answer in answers)
    assert ask(bell_only, path, method="POST", Cookie=cookie_of(shop.cashier))[0] == 405


@pytest.mark.parametrize("end", ["role", "session", "person"])
def test_a_line_is_closed_when_its_right_ends(restless: int, end: str) -> None:
    shop = make_shop()
    cookie = cookie_of(shop.cashier)
    with Feed(restless, shop.till.pk, cookie) as feed:
        beat = feed.next("beat")  # it lives as long as nothing has changed, and tells our time
        assert abs(beat.data["at"] - time.time() * 1000) < 5_000
        if end == "role":
            Membership.objects.filter(person=shop.cashier).update(ended_at="2026-01-01T00:00Z")
        elif end == "session":
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM people_browsersession")
        else:
            shop.cashier.is_active = False
            shop.cashier.save()
        assert feed.next("ended")
        feed.wait_for_the_end()
    assert ask(restless, f"/events/till/{shop.till.pk}", Cookie=cookie)[0] == 404


def test_without_redis_the_books_are_asked_each_second() -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 9_000})
    with (
        front(redis_url=f"redis://127.0.0.1:{free_port()}/0") as port,
        Feed(port, shop.till.pk, cookie_of(shop.cashier)) as feed,
    ):
        payment = pay(make_static_code(shop), ann, 500)
        assert feed.next(within=3.0).data["payment"] == str(payment.pk)


def test_a_redis_that_dies_and_comes_back_is_heard_again(tmp_path: Path) -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 9_000})
    family = Family()
    valkey = Valkey(tmp_path, family, fast=True)
    try:
        valkey.start()
        with (
            front(redis_url=valkey.url, live=SLOW | {"POLL_SECONDS": 0.3}) as port,
            Feed(port, shop.till.pk, cookie_of(shop.cashier)) as feed,
        ):
            valkey.stop()
            pay(make_static_code(shop), ann, 500)
            assert feed.next(within=4.0).kind == "payment.promised"
            valkey.start()
            with redis.Redis.from_url(valkey.url) as bell:
                until(lambda: bell.pubsub_numsub("live")[0][1] == 1)
                pay(make_static_code(shop), ann, 600)
                bell.publish("live", f"till:{shop.till.pk}")
            assert feed.next(within=1.0).data["total_minor"] == 600
    finally:
        valkey.stop()
        family.close()


def test_who_leaves_leaves_nothing_behind(restless: int) -> None:
    shop = make_shop()
    until(lambda: subscribers() == 0)
    cookie = cookie_of(shop.cashier)
    feeds = [Feed(restless, shop.till.pk, cookie).__enter__() for _ in range(20)]
    until(lambda: subscribers() == 1)
    for feed in feeds:
        feed.__exit__()
    until(lambda: subscribers() == 0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        (others,) = cursor.fetchone()
    assert others <= live.THREADS


def test_everything_else_is_django(bell_only: int) -> None:
    status, headers, body = ask(bell_only, "/readyz")
    assert (status, body) == (200, b"ready") and "content-security-policy" in headers
    assert ask(bell_only, "/events/till/x")[0] == 404


def test_files_and_heads_come_as_from_any_server(bell_only: int) -> None:
    path = "config/static/vendor/pico.min.css"
    file = (settings.BASE_DIR / path).read_bytes()
    status, headers, body = ask(bell_only, path.removeprefix("config"))
    assert (status, body) == (200, file) and headers["content-length"] == str(len(file))
    assert ask(bell_only, path.removeprefix("config"), method="HEAD") == (200, headers, b"")
    unless: dict[str, Any] = {"If-None-Match": headers["etag"], "If-Modified-Since": headers["last-modified"]}
    assert ask(bell_only, path.removeprefix("config"), **unless)[0] == 304


def test_a_request_that_is_too_large_or_never_ends_takes_no_thread(bell_only: int) -> None:
    assert ask(bell_only, "/accounts/login/", method="POST", body=b"x" * (3 * 1024 * 1024))[0] == 413
    with socket.create_connection(("127.0.0.1", bell_only), 10) as slow:
        slow.sendall(b"POST /accounts/login/ HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
        assert b" 408 " in slow.recv(1000).split(b"\r\n")[0]
