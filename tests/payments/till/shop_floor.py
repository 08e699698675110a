"""A shop with everybody who may stand before its till, and a browser for each."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.test import Client

from people.models import User
from tests.factories import Shop, make_member, make_person, make_shop

ROLES = ("owner", "manager", "cashier", "accountant", "other_owner", "customer")


class People(dict[str, User]):
    """By what they are to the shop; each is made when first asked for (a password hash takes its time)."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(owner=shop.owner, cashier=shop.cashier)
        self.shop = shop

    def __missing__(self, role: str) -> User:
        if role == "customer":
            self[role] = make_person(funds={self.shop.merchant.currency: 50_000})
        elif role == "other_owner":
            self[role] = make_shop(trade_name="Next door").owner
        else:
            self[role] = make_member(self.shop, role)
        return self[role]


@dataclass(frozen=True)
class Floor:
    """shop, its till's address, and its people."""

    shop: Shop
    people: People

    @property
    def till(self) -> str:
        return f"/till/{self.shop.till.pk}/"

    def browser(self, role: str) -> Client:
        client = Client()
        if role != "anonymous":
            client.force_login(self.people[role], backend=settings.AUTHENTICATION_BACKENDS[0])
        return client


def open_shop(country: str = "DE", **fields: object) -> Floor:
    """fields: as make_shop takes them."""
    shop = make_shop(country, **fields)  # type: ignore[arg-type]
    return Floor(shop, People(shop))


def statuses(floor: Floor, ask: Callable[[Client], int]) -> dict[str, int]:
    """What each role is answered, and somebody who is not signed in."""
    return {role: ask(floor.browser(role)) for role in (*ROLES, "anonymous")}
