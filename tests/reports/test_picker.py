"""The choice of a period, the clock and the fiscal year: read from the address, offered on every page."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from base.core.errors import Refused
from base.models import AuditLine
from merchants.models import Branch
from people.models import User
from reports.flows.set_fiscal_year import set_fiscal_year
from reports.models import BookSettings
from tests.factories import make_member, make_shop
from tests.reports.conftest import Trade


@pytest.fixture
def books(trade: Trade) -> str:
    return f"/books/{trade.shop.merchant.pk}/"


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("period=2026-11", "November 2026"),
        ("month=2026-11", "November 2026"),
        ("period=2026-Q4", "Quarter 4 of 2026"),
        ("period=2026", "Year 2026"),
        ("period=FY2026-04-06", "Fiscal year from 6 April 2026"),
        ("period=2026-01-15..2026-03-02", "15 January to 2 March 2026"),
        ("from=2026-01-15&to=2026-03-02", "15 January to 2 March 2026"),
        ("from=2025-12-30&to=2026-01-02", "30 December 2025 to 2 January 2026"),
        ("from=2026-11-03", "3 November 2026"),
    ],
)
def test_every_kind_of_period(desk: Client, books: str, query: str, title: str) -> None:
    for page in ("", "trial/", "vat/", "refunds/"):
        text = desk.get(f"{books}{page}?{query}").content.decode()
        assert f"<strong>{title}</strong>" in text


@pytest.mark.parametrize(
    "query", ["period=2026-13", "from=2026-03-02&to=2026-01-15", "from=x", "zone=Asia/Tokyo"]
)
def test_what_is_no_period(desk: Client, books: str, query: str) -> None:
    assert desk.get(f"{books}trial/?{query}").status_code == 400


def test_the_period_goes_along(desk: Client, books: str) -> None:
    text = desk.get(f"{books}trial/?period=2026-Q4").content.decode()
    assert f'href="{books}refunds/?period=2026-Q4"' in text
    assert 'rel="prev" href="?period=2026-Q3"' in text
    assert 'aria-current="page">Trial balance</a>' in text
    account = desk.get(f"{books}ledger/?account=EUR:tips&period=2026-10").content.decode()
    assert 'rel="next" href="?period=2026-11&amp;account=EUR%3Atips"' in account


def test_a_branch_far_away_has_its_own_clock(trade: Trade, desk: Client, books: str) -> None:
    assert 'id="zone"' not in desk.get(f"{books}?period=2026-11").content.decode()
    fields = {"street": "1 Queen St", "postcode": "1010", "city": "Auckland", "country": "DE"}
    Branch.objects.create(merchant=trade.shop.merchant, name="Far", time_zone="Pacific/Auckland", **fields)
    text = desk.get(f"{books}trial/?period=2026-11&zone=Pacific/Auckland").content.decode()
    assert "by the clock of Pacific/Auckland" in text
    assert f'href="{books}refunds/?period=2026-11&amp;zone=Pacific%2FAuckland"' in text
    assert "by the clock of Europe/Berlin" in desk.get(f"{books}trial/?period=2026-11").content.decode()


def test_the_fiscal_year_is_set_by_whoever_may_export(trade: Trade, desk: Client, books: str) -> None:
    assert 'value="1"' in desk.get(f"{books}settings/").content.decode()
    answer = desk.post(f"{books}settings/", {"month": "4", "day": "6"})
    assert (answer.status_code, answer["Location"]) == (302, f"{books}settings/")
    row = BookSettings.objects.get()
    assert (row.fiscal_month, row.fiscal_day) == (4, 6)
    line = AuditLine.objects.get(action="books.fiscal_year")
    assert (line.actor_id, line.detail) == (trade.accountant.pk, {"begins": "04-06"})
    text = desk.get(f"{books}?period=2026-11").content.decode()
    assert "Last fiscal year" in text and "period=FY20" in text
    desk.post(f"{books}settings/", {"month": "4", "day": "6"})
    assert AuditLine.objects.filter(action="books.fiscal_year").count() == 1
    desk.post(f"{books}settings/", {"month": "1", "day": "1"})
    assert "Last fiscal year" not in desk.get(f"{books}?period=2026-11").content.decode()


@pytest.mark.parametrize("day", [("2", "29"), ("4", "31"), ("x", "1"), ("1", ""), ("1", "٣")])
def test_a_day_that_is_none(desk: Client, books: str, day: tuple[str, str]) -> None:
    answer = desk.post(f"{books}settings/", {"month": day[0], "day": day[1]})
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.content.decode()
    assert not BookSettings.objects.exists()


def test_strangers_set_nothing(trade: Trade, client_of: Callable[[User], Client], books: str) -> None:
    for actor in (trade.payer, trade.shop.cashier, make_shop().owner):
        assert client_of(actor).post(f"{books}settings/", {"month": "4", "day": "6"}).status_code == 404
        with pytest.raises(Refused):
            set_fiscal_year(actor_id=actor.pk, merchant_id=trade.shop.merchant.pk, month=4, day=6)
    assert not BookSettings.objects.exists()
    manager = client_of(make_member(trade.shop, "manager"))
    assert manager.post(f"{books}settings/", {"month": "7", "day": "1"}).status_code == 302


def test_the_database_refuses_it_too(trade: Trade) -> None:
    for month, day in ((2, 29), (4, 31), (0, 1), (13, 1), (1, 0)):
        with pytest.raises(IntegrityError, match="book_settings_day_of_every_year"), transaction.atomic():
            BookSettings.objects.create(merchant=trade.shop.merchant, fiscal_month=month, fiscal_day=day)


def test_the_queries_of_a_page(
    desk: Client, books: str, django_assert_num_queries: Callable[..., object]
) -> None:
    counts = {"trial/": 13, "refunds/": 12, "ledger/?account=EUR:tips": 13, "vat/": 12}
    for page, count in counts.items():
        sign = "&" if "?" in page else "?"
        with django_assert_num_queries(count, info=page):  # type: ignore[attr-defined]
            desk.get(f"{books}{page}{sign}period=2026-11")
