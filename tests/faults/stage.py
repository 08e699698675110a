"""Sets the stage in a process of its own, as the app: shops, codes, and payers with money and a PIN.

Money comes in through the real top-up; the rows around it are those that the factories make. People are
signed in once, here: a run spends its time on paying.
"""

import sys
import uuid
from datetime import timedelta
from pathlib import Path
from random import Random

from django.conf import settings
from django.test import Client

from base.ids import database_now
from merchants.models import QrCode
from merchants.queries import link_of
from people.models import User
from tests.factories import PIN, Shop, make_person, make_shop, make_static_code
from tests.faults.plan import Code, Payer, Plan
from wallets.core import chart
from wallets.models import Wallet

SHOPS = 6
FUNDS_MINOR = 10_000
ORDER_MINOR = (40, 160)  # small: caps and limits are not what is tried here


def main() -> None:
    """Arguments: where to write the plan, how many payers, how many orders, the seed."""
    path, payers, orders, seed = Path(sys.argv[1]), *map(int, sys.argv[2:5])
    rnd = Random(seed)
    shops = [make_shop(trade_name=f"Shop {number}") for number in range(1, SHOPS + 1)]
    made = [code for shop in shops for code in orders_of(shop, orders // SHOPS + 1, rnd)]
    rnd.shuffle(made)
    Plan(
        url=settings.BASE_URL,
        pin=PIN,
        payers=[payer() for _ in range(payers)],
        printed=[
            Code(link_of(make_static_code(shop, tip_allowed=False)), str(shop.merchant.pk), None)
            for shop in shops
        ],
        orders=made,
        owners={str(shop.merchant.pk): cookies(shop.owner) for shop in shops},
    ).write(path)


def orders_of(shop: Shop, number: int, rnd: Random) -> list[Code]:
    """One-time codes that live for the day, made in one statement."""
    rows = [
        QrCode(
            id=uuid.UUID(int=rnd.getrandbits(128), version=4),
            key_id=next(iter(settings.CODE_KEYS)),
            merchant=shop.merchant,
            branch=shop.branch,
            till=shop.till,
            kind=QrCode.Kind.ONE_TIME,
            lines=[
                {
                    "description": "Order",
                    "category": "standard",
                    "amount_minor": rnd.randint(*ORDER_MINOR),
                }
            ],
            tip_allowed=False,
            expires_at=database_now() + timedelta(days=1),
            created_by=shop.cashier,
        )
        for _ in range(number)
    ]
    QrCode.objects.bulk_create(rows, batch_size=2000)
    return [Code(link_of(row), str(shop.merchant.pk), row.lines[0]["amount_minor"]) for row in rows]


def payer() -> Payer:
    """A customer with money and a PIN, signed in."""
    person = make_person(funds={"EUR": FUNDS_MINOR})
    wallet = Wallet.objects.get(owner=person)
    return Payer(str(person.pk), chart.customer(wallet.pk, "EUR").code, FUNDS_MINOR, cookies(person))


def cookies(person: User) -> dict[str, str]:
    """Those of a browser in which this person has signed in."""
    browser = Client()
    browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return {name: morsel.value for name, morsel in browser.cookies.items()}
