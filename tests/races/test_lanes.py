"""Lanes: each merchant in one, one worker in each, and nothing is settled twice or left over."""

from functools import partial

import pytest
from django.conf import settings
from django.db import connection, transaction

from payments.flows.settle import _LANE_LOCK, settle
from payments.models import Due, Payment
from payments.models.due import lane_of
from payments.tasks import settle_due
from tests.factories import Shop, make_person, make_shop, make_static_code, pay
from tests.races.threads import assert_clean, at_once, start
from wallets.models import Journal

pytestmark = pytest.mark.django_db(transaction=True)


def shop_in_each_lane() -> list[Shop]:
    found: dict[int, Shop] = {}
    while len(found) < settings.SETTLE_LANES:
        shop = make_shop()
        found.setdefault(lane_of(shop.merchant.pk) % settings.SETTLE_LANES, shop)
    return [shop for _, shop in sorted(found.items())]


def promised(*shops: Shop) -> list[Payment]:
    """Two payments a shop, by one payer: where lanes meet."""
    ann = make_person(funds={"EUR": 10_000})
    return [pay(make_static_code(shop), ann, 100 + n) for n in range(2) for shop in shops]


def test_a_lane_settles_its_own_merchants_alone() -> None:
    shops = shop_in_each_lane()
    promised(*shops)
    assert settle(lane=0) == 2
    assert set(Due.objects.values_list("merchant", flat=True)) == {shop.merchant.pk for shop in shops[1:]}
    assert settle_due() == 2
    assert not Due.objects.exists()


def test_a_ring_names_one_lane() -> None:
    shops = shop_in_each_lane()
    promised(*shops)
    assert settle_due("1") == 2
    assert set(Due.objects.values_list("merchant", flat=True)) == {shops[0].merchant.pk}


def test_a_lane_that_is_taken_is_left_to_who_is_in_it() -> None:
    promised(*shop_in_each_lane())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LANE_LOCK, settings.SETTLE_LANES << 8])
        assert start(partial(settle, lane=0))() == 0
        assert start(partial(settle, lane=1))() == 2
    assert settle(lane=0) == 2


def test_doubled_beats_and_rings_on_all_lanes_settle_each_payment_once() -> None:
    shops = shop_in_each_lane()
    payments = promised(*shops) + promised(*shops)
    settled = at_once(*[settle_due] * 4, *(partial(settle_due, str(lane)) for lane in (0, 1, 0, 1)))
    assert sum(settled) == len(payments)
    assert Journal.objects.filter(kind="sale").count() == len(payments)
    assert not Payment.objects.exclude(state="settled").exists()
    assert_clean()
