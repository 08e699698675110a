"""Reads of payments: how many statements each takes, and whose they are."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from base.core.errors import Refused
from base.core.uuid7 import uuid7
from base.ids import database_now
from merchants.core.roles import Action
from merchants.flows.add_till import add_till
from payments.flows.refund import refund
from payments.models import Payment, Receipt, Session
from payments.queries import (
    payer_of_code,
    payment_for,
    payments_at_till,
    payments_of,
    quote_of,
    receipt_for,
    sale_lines_of,
    session_for,
)
from payments.queries.events import events_since, last_event_id, topics_of
from payments.queries.left import left_of_payment
from payments.queries.paid import my_payment, my_payments
from payments.queries.refunds import back_of, left_lines_of
from payments.queries.till import refunds_of
from people.models import User
from tests.factories import (
    Shop,
    make_member,
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    pay,
    scan,
    settle_all,
)

pytestmark = pytest.mark.django_db
Counted = Callable[[int], Any]


@pytest.fixture
def counted(django_assert_num_queries: Counted) -> Counted:
    return django_assert_num_queries


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def ann() -> User:
    return make_person(funds={"EUR": 90_000})


@pytest.fixture
def paid(shop: Shop, ann: User) -> list[Payment]:
    """Five settled payments, of which the first went back in part, twice."""
    made = [pay(make_one_time_code(shop, 1000 + n), ann) for n in range(4)]
    made.append(pay(make_static_code(shop, till=False), ann, 500))
    settle_all()
    for key in "ab":
        refund(actor=shop.cashier, payment_id=made[0].pk, key=key, amount_minor=100)
    return made


def not_found(act: Callable[[], Any]) -> bool:
    with pytest.raises(Refused) as no:
        act()
    return (no.value.code, no.value.status) == ("not_found", 404)


def test_what_is_read_of_many_payments_takes_no_more_statements(
    shop: Shop, ann: User, paid: list[Payment], counted: Counted
) -> None:
    with counted(1):
        assert len(sale_lines_of(paid)) == 5
    with counted(1):
        assert len(left_of_payment(paid[0]).left) == 1
    with counted(2):
        assert [row.pk for row in my_payments(ann.pk)] == [one.pk for one in reversed(paid)]
    with counted(2):
        assert len(my_payment(ann.pk, paid[0].pk).receipts.all()) == 3
    with counted(2):
        assert {row.branch.name for row in payments_of(shop.owner, shop.merchant.pk)} == {"Main"}
    with counted(2):
        rows = payments_at_till(shop.cashier, shop.till.pk)
    assert [row.pk for row in rows] == [one.pk for one in reversed(paid)]
    with counted(1):
        assert back_of(left_lines_of(paid[0])[1]).total_minor == 800
    with counted(1):
        assert [row.receipt.number for row in refunds_of(paid[0])] == [6, 7]


def test_a_till_lists_its_own_and_those_of_no_till_newest_first(
    shop: Shop, ann: User, paid: list[Payment]
) -> None:
    bar = add_till(actor_id=shop.owner.pk, branch_id=shop.branch.pk, name="Bar")
    assert payments_at_till(shop.cashier, bar.pk) == [paid[4]]
    Payment.objects.filter(pk=paid[3].pk).update(till=bar)
    assert payments_at_till(shop.cashier, bar.pk) == [paid[4], paid[3]]
    assert payments_at_till(shop.cashier, shop.till.pk) == [paid[4], paid[2], paid[1], paid[0]]
    assert payments_at_till(shop.cashier, shop.till.pk, limit=2) == [paid[4], paid[2]]


def test_a_tills_list_costs_the_same_whatever_its_branch_has_taken(shop: Shop, ann: User) -> None:
    """Both halves walk the index from its end and stop: the plan sorts nothing whole."""
    pay(make_one_time_code(shop, 1000), ann)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    with CaptureQueriesContext(connection) as asked:
        payments_at_till(shop.cashier, shop.till.pk)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked.captured_queries[-1]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert plan.count("Index Scan Backward using payment_place_time") == 2, plan
    assert plan.count("Incremental Sort") == 2, plan


def test_single_reads(shop: Shop, ann: User, paid: list[Payment], counted: Counted) -> None:
    receipt = Receipt.objects.get(number=1)
    with counted(1):
        assert receipt_for(ann, receipt.pk).payment == paid[0]
    with counted(2):
        assert receipt_for(shop.owner, receipt.pk).payment == paid[0]
    with counted(2):
        assert payment_for(shop.cashier, paid[0].pk, Action.REFUND) == paid[0]
    with counted(1):
        assert payer_of_code(paid[0].code_id) == (paid[0].pk, ann.pk)


def test_a_quote_takes_one_statement(shop: Shop, ann: User, counted: Counted) -> None:
    session = scan(make_one_time_code(shop, 1190), ann, tip_minor=10)
    now = database_now()
    with counted(1):
        quote = quote_of(session, at=now)
    assert (quote.total_minor, quote.tip_minor, quote.place, quote.currency) == (1200, 10, "DE", "EUR")


def test_others_read_nothing(shop: Shop, ann: User, paid: list[Payment]) -> None:
    bob, other = make_person(), make_shop().owner
    receipt = Receipt.objects.get(number=1)
    assert not my_payments(bob.pk)
    assert not_found(lambda: my_payment(bob.pk, paid[0].pk))
    for stranger in (bob, other):
        assert not_found(partial(receipt_for, stranger, receipt.pk))
        assert not_found(partial(payments_of, stranger, shop.merchant.pk))
        assert not_found(partial(payments_at_till, stranger, shop.till.pk))
        assert not_found(partial(payment_for, stranger, paid[0].pk, Action.SEE_SALES))
    accountant = make_member(shop, "accountant")
    assert payment_for(accountant, paid[0].pk, Action.SEE_SALES) == paid[0]
    assert not_found(lambda: payment_for(accountant, paid[0].pk, Action.REFUND))


def test_a_scan_is_seen_by_its_browser_until_it_is_a_persons(shop: Shop, ann: User) -> None:
    mine = scan(make_static_code(shop), ann)
    loose = Session.objects.create(code=mine.code, merchant_id=mine.merchant_id, expires_at=mine.expires_at)
    assert session_for(mine.pk, person_id=ann.pk, scanned=False) == mine
    assert session_for(loose.pk, person_id=None, scanned=True) == loose
    assert not_found(lambda: session_for(mine.pk, person_id=None, scanned=True))
    assert not_found(lambda: session_for(loose.pk, person_id=ann.pk, scanned=False))


def test_a_till_hears_its_own_events_and_its_branchs(
    shop: Shop, ann: User, paid: list[Payment], counted: Counted
) -> None:
    topics = topics_of(shop.till)
    with counted(1):
        last = last_event_id(topics)
    with counted(1):
        everything = events_since(topics, None)
    assert [event.id for event in everything] == sorted(event.id for event in everything)
    assert everything[-1].id == last
    assert len(everything) == 12
    with counted(2):
        assert events_since(topics, last)[-1].id == last
    assert len(events_since(topics, uuid7(0, 0, bytes(8)), limit=3)) == 3
    assert events_since(topics_of(make_shop().till), None) == []
