"""The switch that keeps money from leaving: who may turn it, what it leaves in the trail, and its pages."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from base.core.errors import Refused
from base.models import AuditLine
from merchants.flows.lift_payout_stop import lift_payout_stop
from merchants.flows.stop_payouts import ALL, stop_payouts
from merchants.models import PayoutStop
from merchants.queries import payout_stop_for, payout_stop_of, payout_stops
from people.models import User
from tests.factories import make_person, make_shop

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


@pytest.fixture
def operator() -> User:
    return make_person(pin=None, is_staff=True)


def test_a_shop_is_stopped_once_and_let_go_with_a_reason(operator: User) -> None:
    merchant, other = make_shop().merchant, make_shop().merchant
    assert stop_payouts(merchant_id=merchant.pk, reason=" Odd  refunds ", operator_id=operator.pk)
    assert not stop_payouts(merchant_id=merchant.pk, reason="Again", operator_id=None)
    stop = payout_stop_of(merchant.pk)
    assert stop is not None
    assert (stop.reason, stop.stopped_by_id) == ("Odd refunds", operator.pk)
    assert payout_stop_of(other.pk) is None

    lift_payout_stop(operator_id=operator.pk, stop_id=stop.pk, reason="Called the owner: a fair")
    assert payout_stop_of(merchant.pk) is None
    with pytest.raises(Refused, match="already_lifted"):
        lift_payout_stop(operator_id=operator.pk, stop_id=stop.pk, reason="Again")
    lines = AuditLine.objects.filter(merchant=merchant.pk).order_by("id")
    assert [(line.action, line.detail["reason"]) for line in lines] == [
        ("payouts.stopped", "Odd refunds"),
        ("payouts.released", "Called the owner: a fair"),
    ]
    assert stop_payouts(merchant_id=merchant.pk, reason="Once more", operator_id=operator.pk)


def test_the_platforms_switch_stops_everybody(operator: User) -> None:
    merchant = make_shop().merchant
    stop_payouts(merchant_id=None, reason="Incident", operator_id=operator.pk)
    stop = payout_stop_of(merchant.pk)
    assert stop is not None
    assert stop.merchant_id is None
    assert AuditLine.objects.get(action="payouts.stopped").subject == ALL
    stop_payouts(merchant_id=merchant.pk, reason="Its own", operator_id=operator.pk)
    own = payout_stop_of(merchant.pk)
    assert own is not None
    assert own.reason == "Its own"  # the nearer reason is shown
    assert [row.merchant_id for row in payout_stops(operator)] == [None, merchant.pk]


def test_nobody_else_may_and_nobody_without_a_reason(operator: User) -> None:
    shop = make_shop()
    for actor in (shop.owner.pk, uuid4()):
        with pytest.raises(Refused, match="not_found"):
            stop_payouts(merchant_id=shop.merchant.pk, reason="Mine", operator_id=actor)
    with pytest.raises(Refused, match="not_found"):
        stop_payouts(merchant_id=uuid4(), reason="Nobody", operator_id=operator.pk)
    with pytest.raises(Refused, match="reason_missing"):
        stop_payouts(merchant_id=shop.merchant.pk, reason="  ", operator_id=operator.pk)
    stop_payouts(merchant_id=shop.merchant.pk, reason="Odd", operator_id=None)
    stop = payout_stops(operator)[0]
    with pytest.raises(Refused, match="not_found"):
        lift_payout_stop(operator_id=shop.owner.pk, stop_id=stop.pk, reason="Let me")
    with pytest.raises(Refused, match="reason_missing"):
        lift_payout_stop(operator_id=operator.pk, stop_id=stop.pk, reason="")
    for actor_id in (shop.owner.pk, shop.cashier.pk):
        with pytest.raises(Refused, match="not_found"):
            payout_stops(actor_id)
        with pytest.raises(Refused, match="not_found"):
            payout_stop_for(actor_id, stop.pk)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"reason": ""}, "payout_stop_reason_given"),
        ({"reason": "b", "merchant": None}, "payout_stop_one_open"),
        ({"reason": "b", "lift_reason": "fine"}, "payout_stop_lifted_whole"),
    ],
)
def test_the_database_refuses_a_half_stop(fields: dict[str, object], constraint: str) -> None:
    merchant = make_shop().merchant
    PayoutStop.objects.create(merchant=None, reason="a")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PayoutStop.objects.create(**({"merchant": merchant} | fields))


def test_the_lists_cost_does_not_grow(
    operator: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        stop_payouts(merchant_id=make_shop().merchant.pk, reason="Odd", operator_id=operator.pk)
    with django_assert_num_queries(2):
        assert {str(stop.merchant) for stop in payout_stops(operator)} == {"Café Morgenrot"}
    with django_assert_num_queries(1):
        assert payout_stop_of(uuid4()) is None


def test_the_operators_pages(operator: User, client_of: SignIn) -> None:
    client, shop = client_of(operator), make_shop(trade_name="Kiosk <Nord>")
    desk = reverse("merchants:operator")
    assert "Payouts are stopped" not in client.get(desk).content.decode()
    assert "Nothing is stopped." in client.get(reverse("merchants:payout_stops")).content.decode()

    one = reverse("merchants:stop_payouts", args=[shop.merchant.pk])
    assert one in client.get(desk, {"q": "Kiosk"}).content.decode()
    assert "of Kiosk &lt;Nord&gt;" in client.get(one).content.decode()
    assert client.post(one, {"reason": ""}).status_code == 400
    assert client.post(one, {"reason": "Odd"}).status_code == 302
    every = reverse("merchants:stop_all_payouts")
    assert client.post(every, {"reason": "Incident 7"}).status_code == 302

    shown = client.get(reverse("merchants:payout_stops")).content.decode()
    for text in ("Kiosk &lt;Nord&gt;", "Odd", "All shops", "Incident 7", operator.email):
        assert text in shown
    assert every not in shown
    assert "all shops, Kiosk &lt;Nord&gt;" in client.get(desk).content.decode()

    lift = reverse("merchants:lift_payout_stop", args=[payout_stops(operator)[0].pk])
    assert "Incident 7" in client.get(lift).content.decode()
    assert client.post(lift, {"reason": "Over"}).status_code == 302
    assert "was lifted" in client.get(lift).content.decode()
    assert client.post(lift, {"reason": "Over"}).status_code == 400
    assert PayoutStop.objects.filter(lifted_at=None).count() == 1


@pytest.mark.parametrize("who", ["owner", "stranger", "nobody"])
def test_for_everybody_else_there_is_nothing_here(who: str, client_of: SignIn) -> None:
    shop = make_shop()
    stop_payouts(merchant_id=shop.merchant.pk, reason="Odd", operator_id=None)
    stop = PayoutStop.objects.get()
    people = {"owner": shop.owner, "stranger": make_person(pin=None)}
    client = client_of(people[who]) if who in people else Client()
    expected = 302 if who == "nobody" else 404
    for path in (
        reverse("merchants:payout_stops"),
        reverse("merchants:stop_all_payouts"),
        reverse("merchants:stop_payouts", args=[shop.merchant.pk]),
        reverse("merchants:lift_payout_stop", args=[stop.pk]),
    ):
        assert client.get(path).status_code == expected
        if "stop" in path or "lift" in path:
            assert client.post(path, {"reason": "Let me"}).status_code in {expected, 405}
    assert PayoutStop.objects.filter(lifted_at=None).count() == 1
