"""django-hordak doing the same payment: a program of its own, with its own settings and its own database.

Started by `settle_peers`; the product never imports it. Each line of its input is "legs" or "payment" and a
number; it makes so many, and answers with the seconds. "legs" is what its guide shows: one Transaction and
its Legs in one atomic block, nothing else. "payment" is what our settling leaves behind, as an author of
Django would write it around that: the promised sale is taken under its lock and becomes settled, the shop's
next number without gaps, a receipt of the same length with its hash, and an event.
"""

# mypy: disable-error-code="attr-defined"
# The models below belong to settings that the type checker does not read.

import hashlib
import random
import sys
import time
import uuid

import dj_database_url
import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, models, transaction

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

from django.utils import timezone  # noqa: E402 - needs the settings
from hordak.models import Account, Leg, Transaction  # noqa: E402
from moneyed import Money  # noqa: E402

# Payer, payable, tax, our fee: the entries of 11.90 EUR with 19 % VAT in it.
LEGS = ("-11.90", "9.94", "1.90", "0.06")
# About as long as our receipts, with a place for the number.
PAPER = '{{"kind":"sale","number":{number},"payment":"{sale}","said":"' + "x" * 1050 + '"}}'


class Sale(models.Model):
    """A promised payment that waits to be settled."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    shop = models.IntegerField()
    payer = models.ForeignKey(Account, on_delete=models.PROTECT)
    state = models.CharField(max_length=10, default="promised")
    settled_at = models.DateTimeField(null=True)
    transaction = models.OneToOneField(Transaction, null=True, on_delete=models.PROTECT)

    class Meta:
        app_label = "hordak"
        db_table = "bench_sale"


class Counter(models.Model):
    """A shop's last receipt number."""

    shop = models.IntegerField(primary_key=True)
    last = models.IntegerField(default=0)

    class Meta:
        app_label = "hordak"
        db_table = "bench_counter"


class Receipt(models.Model):
    """One a sale; numbers of a shop have no gap."""

    sale = models.OneToOneField(Sale, on_delete=models.PROTECT)
    shop = models.IntegerField()
    number = models.IntegerField()
    body = models.TextField()
    sha256 = models.BinaryField(max_length=32)

    class Meta:
        app_label = "hordak"
        db_table = "bench_receipt"
        constraints = [models.UniqueConstraint(fields=["shop", "number"], name="bench_receipt_once")]


class Event(models.Model):
    """What the tills are told."""

    topic = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=60)
    subject = models.UUIDField()
    payload = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "hordak"
        db_table = "bench_event"


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


def post(payer: Account, shop: list[Account]) -> Transaction:
    made = Transaction.objects.create(description="sale")
    for account, amount in zip([payer, *shop], LEGS, strict=True):
        Leg.objects.create(transaction=made, account=account, amount=Money(amount, "EUR"))
    return made


def pay(payer: Account, shop: list[Account]) -> None:
    with transaction.atomic():
        post(payer, shop)


def settle(sale_id: uuid.UUID, shop: list[Account]) -> None:
    with transaction.atomic():
        sale = Sale.objects.select_for_update().select_related("payer").get(pk=sale_id, state="promised")
        counter = Counter.objects.select_for_update().get(pk=sale.shop)
        counter.last += 1
        counter.save(update_fields=["last"])
        body = PAPER.format(number=counter.last, sale=sale.pk)
        digest = hashlib.sha256(body.encode()).digest()
        Receipt.objects.create(sale=sale, shop=sale.shop, number=counter.last, body=body, sha256=digest)
        sale.transaction, sale.state, sale.settled_at = post(sale.payer, shop), "settled", timezone.now()
        sale.save(update_fields=["transaction", "state", "settled_at"])
        told = {"payment": str(sale.pk), "total_minor": 1190, "currency": "EUR", "receipt_no": counter.last}
        Event.objects.create(topic=f"shop:{sale.shop}", kind="payment.settled", subject=sale.pk, payload=told)


def promise(count: int, payers: list[Account], shops: int) -> list[Sale]:
    made = [Sale(shop=random.randrange(shops), payer=random.choice(payers)) for _ in range(count)]
    return Sale.objects.bulk_create(made)


def migrate() -> None:
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        for model in (Sale, Counter, Receipt, Event):
            editor.create_model(model)


def main() -> None:
    count, shops_wanted = int(sys.argv[3]), int(sys.argv[4])
    if sys.argv[2] == "migrate":
        migrate()
        accounts(count, shops_wanted)
        Counter.objects.bulk_create(Counter(shop=shop) for shop in range(shops_wanted))
        return
    payers, shops = accounts(count, shops_wanted)
    for line in sys.stdin:
        what, number = line.split()
        if what == "legs":
            wanted = [(random.choice(payers), random.choice(shops)) for _ in range(int(number))]
            begun = time.perf_counter()
            for payer, shop in wanted:
                pay(payer, shop)
        else:
            sales = promise(int(number), payers, len(shops))
            begun = time.perf_counter()
            for sale in sales:
                settle(sale.pk, shops[sale.shop])
        print(time.perf_counter() - begun, flush=True)


main()
