"""The menu of a client's books: what a role is offered, and that the picked period goes along."""

import re

import pytest
from django.test import Client

from merchants.core.roles import ALLOWED
from reports.web.nav import MENU, menu
from tests.reports.conftest import Trade


def offered(role: str) -> list[str]:
    return [tab.page for group in menu(role, "books", "")["groups"] for tab in group.tabs]


def test_a_role_is_offered_what_it_may_open() -> None:
    everything = [tab.page for group in MENU for tab in group.tabs]
    assert len(set(everything)) == len(everything) == 15
    assert offered("owner") == offered("accountant") == everything
    assert offered("manager") == [page for page in everything if page != "payouts"]
    assert [role for role in [*ALLOWED, "stranger"] if offered(role) == []] == ["cashier", "stranger"]


@pytest.mark.parametrize("page", ["trial/", "periods/", "answers/", "schedules/", "settings/", "thresholds/"])
def test_the_picked_period_goes_along(trade: Trade, desk: Client, page: str) -> None:
    text = desk.get(f"/books/{trade.shop.merchant.pk}/{page}?period=2026-Q3&zone=Europe/Berlin").content
    links = re.findall(r'<nav class="tabs menu".*?</nav>', text.decode(), re.S)[0]
    ways = re.findall(r'href="([^"]*)"', links)
    assert len(ways) > 6
    assert [way for way in ways if "?period=2026-Q3" not in way] == []


def test_without_a_picked_period_each_page_chooses_its_own(trade: Trade, desk: Client) -> None:
    text = desk.get(f"/books/{trade.shop.merchant.pk}/periods/").content.decode()
    assert f'href="/books/{trade.shop.merchant.pk}/trial/"' in text
