"""The till's scanner over HTTP: who may, what is charged, and what is said of every sort of code."""

import re
from typing import Any

import pytest
from django.conf import settings

from base.ids import database_now
from merchants.models import QrCode
from merchants.queries import link_of, token_of
from payments.models import Payment, Receipt, ShownCode
from payments.queries.receipts import receipt_link
from people.models import User
from tests.factories import (
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    pay,
    settle_all,
)
from tests.payments.shown.acts import charge, show
from tests.payments.till.shop_floor import Floor, open_shop, statuses
from tests.payments.till.test_who_may import AT_TILL
from wallets.flows.show_code import show_code

pytestmark = pytest.mark.django_db
PIECE = {"HTTP_ACCEPT": "text/x-piece"}


@pytest.fixture
def floor(db: None) -> Floor:
    return open_shop()


def read(floor: Floor, text: str, order: QrCode | None = None, role: str = "cashier", key: str = "k") -> Any:
    path = f"{floor.till}scan/" + (f"?order={order.pk}" if order else "")
    return floor.browser(role).post(path, {"read": text, "key": key})


def test_who_may_scan(floor: Floor, ann: User) -> None:
    order = make_one_time_code(floor.shop, 4900)
    code_id = charge(floor.shop, order, show(ann).link)
    for page in ("scan/", f"scan/?order={order.pk}", f"scan/{code_id}/", f"scan/{code_id}/state"):
        assert statuses(floor, lambda it, page=page: it.get(floor.till + page).status_code) == AT_TILL, page  # type: ignore[misc]
    for role in ("accountant", "other_owner", "customer"):
        assert read(floor, show(ann).link, order, role).status_code == 404
    assert ShownCode.objects.filter(state="asked").count() == 1
    second = floor.shop.branch.tills.create(name="Till 2")
    cashier = floor.browser("cashier")
    for page in (f"?order={order.pk}", "?order=x", f"{code_id}/", f"{code_id}/state"):
        assert cashier.get(f"/till/{second.pk}/scan/{page}").status_code == 404, page


def test_a_scan_charges_the_order(floor: Floor, ann: User) -> None:
    order, fresh = make_one_time_code(floor.shop, 500), show(ann)
    answer = read(floor, fresh.link, order)
    assert answer["Location"] == f"{floor.till}scan/{fresh.code.pk}/"
    after = floor.browser("cashier").get(answer["Location"])
    assert after["Location"] == f"{floor.till}code/{order.pk}/"
    page = floor.browser("cashier").get(after["Location"]).content.decode()
    assert "PAID" in page and ann.email not in page
    assert Payment.objects.get().one_time_code_id == order.pk
    # The same press again, as a hand scanner does it: no second charge, and the order's page.
    assert read(floor, fresh.link, order)["Location"] == answer["Location"]
    assert Payment.objects.count() == 1
    assert floor.browser("cashier").get(f"{floor.till}scan/?order={order.pk}").status_code == 302


def test_a_refused_scan_says_that_nothing_was_charged(floor: Floor, ann: User) -> None:
    fresh = show(ann)
    read(floor, fresh.link, make_one_time_code(floor.shop, 500))
    answer = read(floor, fresh.link, make_one_time_code(floor.shop, 500), key="l")
    page = answer.content.decode()
    assert answer.status_code == 409 and "Not charged" in page and "has been used already" in page


def test_without_an_order_the_amount_comes_first(floor: Floor, ann: User) -> None:
    fresh = show(ann)
    for text in (fresh.link, fresh.digits):
        assert "type the amount first" in read(floor, text).content.decode()
    assert ShownCode.objects.get().state == "shown"


def told(floor: Floor, text: str) -> tuple[str, str]:
    answer = read(floor, text)
    page = answer.content.decode()
    found = re.search(r'data-told="(\w+)">\s*<strong>(.*?)</strong>', page, re.S)
    assert answer.status_code == 200 and found, page
    return found[1], found[2]


def test_the_daily_look_at_the_own_signs(floor: Floor) -> None:
    mine = make_static_code(floor.shop, label="Counter")
    assert told(floor, link_of(mine)) == ("paid", "Your own sign")
    page = read(floor, link_of(mine)).content.decode()
    assert "Till 1" in page and "Counter" in page
    theirs = make_static_code(make_shop(trade_name="Next door"))
    assert told(floor, link_of(theirs)) == ("danger", "This is not your shop’s code: it pays Next door")
    QrCode.objects.filter(pk=mine.pk).update(state="retired", retired_at=database_now())
    assert told(floor, link_of(mine))[0] == "warn"
    till_2 = floor.shop.branch.tills.create(name="Till 2")
    moved = make_static_code(floor.shop, till=False)
    assert told(floor, link_of(moved)) == ("paid", "Your own sign")
    QrCode.objects.filter(pk=moved.pk).update(till=till_2)
    assert told(floor, link_of(moved)) == ("warn", "Your own sign, of another till")
    assert told(floor, link_of(make_one_time_code(floor.shop)))[1] == "A one-time code of your own shop"


def test_what_is_none_of_ours(floor: Floor) -> None:
    token = token_of(make_static_code(floor.shop))
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert told(floor, f"{settings.BASE_URL}/q/{forged}") == ("danger", "This is a forged code")
    assert told(floor, "https://evil.example/q/x") == ("danger", "Not a Quittance code")
    assert "evil.example" in read(floor, "https://evil.example/q/x").content.decode()
    assert told(floor, "WIFI:S:guest;;") == ("danger", "Not a Quittance code")
    assert told(floor, "123456789012")[0] == "warn"
    assert "<script>" not in read(floor, "https://<script>alert(1)</script>/").content.decode()


def test_a_receipt_tells_what_is_true_now(floor: Floor) -> None:
    pay(make_one_time_code(floor.shop), floor.people["customer"])
    settle_all()
    link = receipt_link(Receipt.objects.get())
    assert told(floor, link) == ("paid", "Your own receipt: paid")
    other = open_shop(trade_name="Next door")
    assert told(other, link) == ("danger", "A receipt of another shop: Café Morgenrot")
    changed = link[:-1] + ("A" if link[-1] != "A" else "B")
    assert told(floor, changed) == ("danger", "This is a forged receipt")


def test_a_wallet_s_own_link_pays_nothing(floor: Floor) -> None:
    token = show_code(person_id=make_person(name="Ann").pk)
    assert told(floor, f"{settings.BASE_URL}/w/{token}")[0] == "warn"


def test_only_the_scanner_may_use_a_camera(floor: Floor, ann: User) -> None:
    cashier = floor.browser("cashier")
    assert "camera=(self)" in cashier.get(f"{floor.till}scan/")["Permissions-Policy"]
    assert "camera=(self)" in read(floor, "x")["Permissions-Policy"]
    for page in ("/", floor.till, f"{floor.till}watch/"):
        assert "camera=()" in cashier.get(page)["Permissions-Policy"]
    policy = cashier.get(f"{floor.till}scan/")["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy
