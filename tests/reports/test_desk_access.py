"""Every page of a client: who may open it, and that none of them names who paid."""

import re
from collections.abc import Callable

from django.test import Client
from django.utils import timezone

from merchants.models import Membership
from people.models import User
from tests.factories import make_member, make_shop
from tests.reports.conftest import Trade

PAGES = [
    "",
    "rates/",
    "vat/",
    "trial/",
    "ledger/",
    "ledger/?account=EUR:payable",
    "fees/",
    "refunds/",
    "tips/",
]
PAGES += ["payouts/", "settings/", "exports/"]


def test_who_may_open_a_page(trade: Trade, client_of: Callable[[User], Client]) -> None:
    books = f"/books/{trade.shop.merchant.pk}/"
    ended = make_member(trade.shop, "accountant")
    Membership.objects.filter(person=ended).update(ended_at=timezone.now())
    strangers = [client_of(each) for each in (trade.payer, trade.shop.cashier, make_shop().owner, ended)]
    family = [client_of(each) for each in (trade.accountant, trade.shop.owner)]
    manager = client_of(make_member(trade.shop, "manager"))
    for page in PAGES:
        assert [browser.get(books + page).status_code for browser in strangers] == [404] * 4, page
        assert Client().get(books + page)["Location"].startswith("/accounts/login/"), page
        assert [browser.get(books + page).status_code for browser in family] == [200] * 2, page
        seen = manager.get(books + page)
        assert seen.status_code == (404 if page == "payouts/" else 200), page
        assert not re.search(r"/payouts/[?\"]", seen.content.decode()), page


def test_no_page_names_the_payer(trade: Trade, desk: Client) -> None:
    for page in PAGES:
        sign = "&" if "?" in page else "?"
        text = desk.get(f"/books/{trade.shop.merchant.pk}/{page}{sign}period=2026-11").content.decode()
        for secret in (str(trade.cake.wallet), trade.payer.email, str(trade.payer.pk)):
            assert secret not in text, page


def test_a_shop_that_never_sold(client_of: Callable[[User], Client], transactional_db: None) -> None:
    shop = make_shop()
    browser = client_of(shop.owner)
    for page in PAGES:
        answer = browser.get(f"/books/{shop.merchant.pk}/{page}")
        assert answer.status_code == (404 if "account=" in page else 200), page
    assert "No account yet" in browser.get(f"/books/{shop.merchant.pk}/trial/").content.decode()
