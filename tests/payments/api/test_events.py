"""What a till is told: in order, nothing lost that became visible late, nothing of anybody else."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from base.core.uuid7 import unix_ms_of, uuid7
from base.flows.record import NewEvent, record
from base.ids import database_now, new_id
from base.models import Event
from payments.flows.refund import refund
from payments.queries.events import OVERLAP_MS, events_since, last_event_id, topics_of
from tests.factories import make_one_time_code, make_static_code, pay, settle_all
from tests.payments.till.shop_floor import Floor, statuses

pytestmark = pytest.mark.django_db


def path_of(floor: Floor, **query: object) -> str:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/api/tills/{floor.shop.till.pk}/events?{asked}"


def ask(floor: Floor, **query: object) -> dict[str, Any]:
    answer = floor.browser("cashier").get(path_of(floor, **query))
    assert answer.status_code == 200, answer.content
    said = json.loads(answer.content)
    assert abs(said.pop("now") - now_ms()) < 5_000
    return said


def tell(topic: str, unix_ms: int, number: int = 0) -> UUID:
    """An event whose id was made at a given millisecond; number: its order within that one."""
    event = Event.objects.create(
        id=uuid7(unix_ms, 0, number.to_bytes(8, "big")),
        topic=topic,
        kind="payment.promised",
        subject=new_id(),
        shard_key=new_id(),
        payload={"number": number},
    )
    return event.id


def now_ms() -> int:
    return int(database_now().timestamp() * 1000)


def test_the_life_of_a_payment(floor: Floor) -> None:
    start = last_event_id(topics_of(floor.shop.till))
    code = make_one_time_code(floor.shop, 1190, reference="Table 4")
    payment = pay(code, floor.people["customer"], tip_minor=100)
    settle_all()
    refund(actor=floor.shop.owner, payment_id=payment.pk, key="a")
    said = ask(floor, after=start)
    assert [event["kind"] for event in said["events"]] == [
        "payment.promised",
        "payment.settled",
        "refund.posted",
    ]
    first, second, third = (event["payload"] for event in said["events"])
    assert first["payment"] == str(payment.pk) and first["code"] == str(code.pk)
    assert (first["total_minor"], first["currency"], first["reference"]) == (1290, "EUR", "Table 4")
    assert [each["state"] for each in (first, second, third)] == ["promised", "settled", "settled"]
    assert third["refunded_minor"] == 1290 and second["receipt_no"] == 1
    assert said["next"] == said["events"][-1]["id"]
    # Nothing of the payer: the merchant's sale is visible, the payer's identity is not.
    text = json.dumps(said)
    customer = floor.people["customer"]
    assert str(customer.pk) not in text and customer.email not in text and str(payment.wallet) not in text


def test_a_till_hears_itself_and_its_branch_only(floor: Floor) -> None:
    second = floor.shop.branch.tills.create(name="Till 2")
    customer = floor.people["customer"]
    pay(make_static_code(floor.shop), customer, 100)
    pay(make_static_code(floor.shop, till=False), customer, 200)
    heard = [event["payload"]["total_minor"] for event in ask(floor)["events"]]
    assert heard == [100, 200]
    answer = floor.browser("cashier").get(f"/api/tills/{second.pk}/events").json()
    assert [event["payload"]["total_minor"] for event in answer["events"]] == [200]


def test_what_became_visible_late_is_told(floor: Floor) -> None:
    """Ids are made before the commit: a slow transaction's event appears behind one that was read."""
    topic, at = topics_of(floor.shop.till)[0], now_ms()
    read = tell(topic, at)
    late = tell(topic, at - OVERLAP_MS + 1)
    tell(topic, at - OVERLAP_MS - 1)
    said = ask(floor, after=read)
    assert [event["id"] for event in said["events"]] == [str(late), str(read)]
    assert said["next"] == str(read)  # never backwards


def test_in_order_page_by_page_even_through_a_burst(floor: Floor) -> None:
    """More events than a page within the overlap: the reader still gets on."""
    topic, at = topics_of(floor.shop.till)[1], now_ms()
    ids = [str(tell(topic, at, number)) for number in range(25)]
    seen: list[str] = []
    after: str | None = str(uuid7(at - 1, 0, bytes(8)))
    for _ in range(5):
        said = ask(floor, after=after, limit=5)
        seen += [event["id"] for event in said["events"] if event["id"] not in seen]
        assert [event["id"] for event in said["events"]] == sorted(event["id"] for event in said["events"])
        after = said["next"]
    assert seen == ids and after == ids[-1]
    assert ask(floor, after=after, limit=5)["next"] == after


def test_without_after_the_newest_in_order(floor: Floor) -> None:
    assert ask(floor) == {"events": [], "next": None}
    topic, at = topics_of(floor.shop.till)[0], now_ms()
    ids = [str(tell(topic, at + number)) for number in range(7)]
    said = ask(floor, limit=3)
    assert [event["id"] for event in said["events"]] == ids[-3:] and said["next"] == ids[-1]


def test_an_after_from_nowhere_is_only_a_place_to_begin(floor: Floor) -> None:
    topic = topics_of(floor.shop.till)[0]
    event = tell(topic, now_ms())
    last = UUID(int=2**128 - 1)
    assert ask(floor, after=last) == {"events": [], "next": str(last)}
    assert [each["id"] for each in ask(floor, after=UUID(int=0))["events"]] == [str(event)]


@pytest.mark.parametrize("query", [{"after": "soup"}, {"limit": 0}, {"limit": 501}, {"limit": "many"}])
def test_a_query_that_makes_no_sense(floor: Floor, query: dict[str, object]) -> None:
    answer = floor.browser("cashier").get(path_of(floor, **query))
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"
    assert set(answer.json()["errors"]) == set(query)


def test_only_those_who_work_at_the_till(
    floor: Floor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    record(events=[NewEvent(topics_of(floor.shop.till)[0], "refund.posted", new_id(), new_id())])
    assert statuses(floor, lambda browser: browser.get(path_of(floor)).status_code) == {
        "owner": 200, "manager": 200, "cashier": 200,
        "accountant": 404, "other_owner": 404, "customer": 404, "anonymous": 403,
    }  # fmt: skip
    cashier = floor.browser("cashier")
    assert cashier.get(f"/api/tills/{uuid4()}/events").status_code == 404
    with django_assert_num_queries(4):
        cashier.get(path_of(floor, after=new_id()))


def test_where_a_page_begins_to_listen(floor: Floor) -> None:
    topics = topics_of(floor.shop.till)
    before = now_ms()
    assert before <= unix_ms_of(last_event_id(topics)) <= now_ms()
    newest = tell(topics[1], before + 5_000)
    tell(topics[0], before)
    tell("till:another", before + 9_000)
    assert last_event_id(topics) == newest
    assert [event.id for event in events_since(topics, newest)][-1] == newest
