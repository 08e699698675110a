"""django-hordak doing the same payment: a program of its own, with its own settings and its own database.

Started by `settle_peers`; the product never imports it. Reads a number of payments from each line of its
input, makes them, and answers with the seconds. A payment is made as its guide shows: one Transaction and
its Legs in one atomic block.
"""

import random
import sys
import time

import dj_database_url
import django
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

settings.configure(
    DATABASES={"default": dj_database_url.parse(sys.argv[1])},
    INSTALLED_APPS=[
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "mptt", "djmoney",
        "hordak",
    ],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DEFAULT_CURRENCY="EUR",
    HORDAK_DECIMAL_PLACES=2,
    USE_TZ=True,
    SECRET_KEY="for this bench only",  # noqa: S106 - nothing is signed with it
)  # fmt: skip
django.setup()

from hordak.models import Account, Leg, Transaction  # noqa: E402 - needs the settings
from moneyed import Money  # noqa: E402

# Payer, payable, tax, our fee: the entries of 11.90 EUR with 19 % VAT in it.
LEGS = ("-11.90", "9.94", "1.90", "0.06")


def accounts(payers: int, shops: int) -> tuple[list[Account], list[list[Account]]]:
    """Payers, and three accounts a shop; found if they are there."""
    if not Account.objects.exists():
        rows = [
            Account(
                name=f"a{number}", type="LI", currencies=["EUR"], lft=1, rght=2, tree_id=number + 1, level=0
            )
            for number in range(payers + 3 * shops)
        ]
        Account.objects.bulk_create(rows, batch_size=5000)
    found = list(Account.objects.order_by("id"))
    rest = found[payers:]
    return found[:payers], [rest[3 * shop : 3 * shop + 3] for shop in range(shops)]


def pay(payer: Account, shop: list[Account]) -> None:
    with transaction.atomic():
        made = Transaction.objects.create(description="sale")
        for account, amount in zip([payer, *shop], LEGS, strict=True):
            Leg.objects.create(transaction=made, account=account, amount=Money(amount, "EUR"))


def main() -> None:
    if sys.argv[2] == "migrate":
        call_command("migrate", verbosity=0)
        accounts(int(sys.argv[3]), int(sys.argv[4]))
        return
    payers, shops = accounts(int(sys.argv[3]), int(sys.argv[4]))
    for line in sys.stdin:
        wanted = [(random.choice(payers), random.choice(shops)) for _ in range(int(line))]
        begun = time.perf_counter()
        for payer, shop in wanted:
            pay(payer, shop)
        print(time.perf_counter() - begun, flush=True)


main()
