"""Every page of a shift by everybody: the right ones see it, all others find nothing."""

import pytest
from django.test import Client

from payments.models import CashMove, Shift
from tests.factories import make_shop
from tests.payments.shifts.stage import begin, end
from tests.payments.till.shop_floor import Floor, statuses
from tests.payments.till.test_who_may import AT_TILL, WHOLE_SHOP

pytestmark = pytest.mark.django_db


def answers(floor: Floor, page: str) -> dict[str, int]:
    return statuses(floor, lambda browser: browser.get(page).status_code)


def test_till_pages(floor: Floor) -> None:
    closed = end(floor.shop, begin(floor.shop))
    for page in ("shift/", "shifts/", f"shifts/{closed.pk}/"):
        assert answers(floor, floor.till + page) == AT_TILL
    shift = begin(floor.shop)
    assert answers(floor, f"{floor.till}shift/") == AT_TILL
    assert answers(floor, f"{floor.till}shifts/{shift.pk}/") == {
        role: 302 if status == 200 else status for role, status in AT_TILL.items()
    }
    assert answers(floor, f"{floor.till}shifts/{shift.pk}/close") == AT_TILL


def test_shop_pages(floor: Floor) -> None:
    closed, shop = end(floor.shop, begin(floor.shop)), f"/shop/{floor.shop.merchant.pk}/"
    for page in ("shifts/", f"shifts/{closed.pk}/"):
        assert answers(floor, shop + page) == WHOLE_SHOP
    still_open = begin(floor.shop)
    assert floor.browser("owner").get(f"{shop}shifts/{still_open.pk}/").status_code == 404


def test_writes_by_role(floor: Floor) -> None:
    """A refused POST leaves nothing behind."""
    move = {"kind": "paid_in", "amount": "1", "reason": "x", "key": "k"}
    for role in ("accountant", "other_owner", "customer"):
        answer = floor.browser(role).post(f"{floor.till}shift/open", {"counted": "1", "key": "k"})
        assert answer.status_code == 404
    assert not Shift.objects.exists()
    shift = begin(floor.shop)
    path = f"{floor.till}shifts/{shift.pk}/"
    for role in ("accountant", "other_owner", "customer"):
        browser = floor.browser(role)
        assert browser.post(f"{path}take-over", {"key": "k"}).status_code == 404
        assert browser.post(f"{path}cash", move).status_code == 404
        assert browser.post(f"{path}close", {"counted": "0", "key": "k"}).status_code == 404
    for page in ("take-over", "cash", "close"):
        assert Client().post(path + page, move).status_code == 302
    shift.refresh_from_db()
    assert shift.closed_at is None and shift.holder == floor.shop.cashier
    assert not CashMove.objects.exists()


def test_a_teammate_who_does_not_hold_it_is_told_so(floor: Floor) -> None:
    shift = begin(floor.shop, actor=floor.shop.owner)
    path, cashier = f"{floor.till}shifts/{shift.pk}/", floor.browser("cashier")
    move = {"kind": "paid_in", "amount": "1", "reason": "x", "key": "k"}
    assert cashier.post(f"{path}cash", move).status_code == 403
    assert cashier.post(f"{path}close", {"counted": "0", "key": "k"}).status_code == 403
    assert Shift.objects.get().closed_at is None
    for role in ("manager", "owner"):
        assert floor.browser(role).post(f"{path}cash", move).status_code == 302


def test_a_shift_of_another_till_or_shop_is_not_found(floor: Floor) -> None:
    second = floor.shop.branch.tills.create(name="Till 2")
    mine = end(floor.shop, begin(floor.shop))
    other = make_shop(trade_name="Second shop", owner=floor.shop.owner)
    theirs = end(other, begin(other))
    owner = floor.browser("owner")
    assert owner.get(f"/till/{second.pk}/shifts/{mine.pk}/").status_code == 404
    assert owner.get(f"{floor.till}shifts/{theirs.pk}/").status_code == 404
    shop = f"/shop/{floor.shop.merchant.pk}/shifts/"
    assert owner.get(f"{shop}{theirs.pk}/").status_code == 404
    assert f"{theirs.pk}" not in owner.get(shop).content.decode()


def test_nothing_is_written_by_looking(floor: Floor) -> None:
    shift = begin(floor.shop)
    cashier = floor.browser("cashier")
    assert cashier.get(f"{floor.till}shift/open").status_code == 405
    for page in ("take-over", "cash"):
        assert cashier.get(f"{floor.till}shifts/{shift.pk}/{page}").status_code == 405
    assert cashier.get(f"{floor.till}shifts/{shift.pk}/close?counted=0").status_code == 200
    shift.refresh_from_db()
    assert shift.closed_at is None
