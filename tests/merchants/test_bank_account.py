"""Where a shop's money goes: checked, said by owners only, and every owner hears of it."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from base.core.errors import Refused
from base.models import AuditLine, Notice
from merchants.flows.set_bank_account import set_bank_account
from merchants.models import BankAccount
from merchants.queries import bank_account_of
from tests.factories import Shop, make_member, make_shop

pytestmark = pytest.mark.django_db

DE, GB = "DE89370400440532013000", "GB33BUKB20201555555555"


def put(shop: Shop, iban: str, holder: str = "Morgenrot GmbH") -> BankAccount:
    return set_bank_account(actor_id=shop.owner.pk, merchant_id=shop.merchant.pk, iban=iban, holder=holder)


def test_it_is_read_masked_written_down_and_told() -> None:
    shop = make_shop()
    second = make_member(shop, "owner")
    assert bank_account_of(shop.merchant) is None
    row = put(shop, "de89 3704 0044 0532 0130 00")
    assert (row.iban, row.shown, str(row)) == (DE, "DE89 •••• 3000", "DE89 •••• 3000")
    put(shop, GB)
    now = bank_account_of(shop.merchant)
    assert now is not None
    assert now.iban == GB
    assert BankAccount.objects.filter(merchant=shop.merchant, ended_at__isnull=False).get().iban == DE
    lines = AuditLine.objects.filter(action="bank_account.set").order_by("id")
    assert [(line.detail["before"], line.detail["after"]) for line in lines] == [
        ("", "DE89 •••• 3000"),
        ("DE89 •••• 3000", "GB33 •••• 5555"),
    ]
    mails = Notice.objects.filter(subject__contains="another account")
    assert sorted({mail.to for mail in mails}) == sorted([shop.owner.email, second.email])
    assert not any(DE in mail.body or GB in mail.body for mail in mails)
    assert not any(DE in str(line.detail) for line in lines)


@pytest.mark.parametrize(
    "iban", ["", "DE00370400440532013000", "DE8937040044053201300", "0123456789", "DE89'--"]
)
def test_a_slip_of_the_finger_is_found(iban: str) -> None:
    with pytest.raises(Refused, match="iban_invalid") as no:
        put(make_shop(), iban)
    assert no.value.facts["field"] == "iban"
    assert not BankAccount.objects.exists()


def test_a_holder_is_named_and_the_same_account_is_no_change() -> None:
    shop = make_shop()
    with pytest.raises(Refused) as no:
        put(shop, DE, "  ")
    assert no.value.facts["field"] == "holder"
    put(shop, DE)
    with pytest.raises(Refused, match="account_unchanged"):
        put(shop, DE)
    put(shop, DE, "Morgenrot UG")
    assert BankAccount.objects.count() == 2


def test_only_owners_and_only_their_own() -> None:
    shop, other = make_shop(), make_shop()
    actors = [make_member(shop, role).pk for role in ("manager", "cashier", "accountant")]
    for actor in [*actors, other.owner.pk, uuid4()]:
        with pytest.raises(Refused, match="not_found"):
            set_bank_account(actor_id=actor, merchant_id=shop.merchant.pk, iban=DE, holder="X GmbH")
    assert not BankAccount.objects.exists()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"iban": GB}, "bank_account_one_open"),
        ({"iban": "DE89"}, "bank_account_iban"),
        ({"iban": "de89370400440532013000"}, "bank_account_iban"),
        ({"holder": ""}, "bank_account_holder_given"),
    ],
)
def test_the_database_refuses_it_too(fields: dict[str, str], constraint: str) -> None:
    shop = make_shop()
    put(shop, DE)
    if constraint != "bank_account_one_open":
        BankAccount.objects.update(ended_at=shop.merchant.created_at)
    values = {"iban": GB, "holder": "X"} | fields
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        BankAccount.objects.create(merchant=shop.merchant, added_by=shop.owner, **values)
