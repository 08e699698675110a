"""Mails of receipts that are asked for at the same moment: never more than the limits allow."""

from functools import partial
from uuid import UUID

import pytest

from base.models import Notice
from payments.flows import mail_receipt as flow
from payments.flows.mail_receipt import MOST_A_RECEIPT, mail_receipt
from payments.models import Receipt
from tests.factories import Shop, make_one_time_code, make_person, make_shop, pay, settle_all
from tests.races.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def receipts(shop: Shop, count: int) -> list[UUID]:
    payer = make_person(funds={"EUR": 10_000})
    for _ in range(count):
        pay(make_one_time_code(shop, 100), payer)
    settle_all()
    return list(Receipt.objects.filter(merchant=shop.merchant).values_list("id", flat=True))


def send(shop: Shop, receipt: UUID, key: str) -> str:
    mail_receipt(actor=shop.cashier, receipt_id=receipt, to=f"{key}@customer.example", key=key)
    return "sent"


def test_one_receipt_asked_for_by_eight_at_once() -> None:
    shop = make_shop()
    (receipt,) = receipts(shop, 1)
    answers = at_once(*(partial(send, shop, receipt, f"k{number}") for number in range(8)))
    assert sorted(answers) == ["receipt_mailed_often"] * (8 - MOST_A_RECEIPT) + ["sent"] * MOST_A_RECEIPT
    assert Notice.objects.count() == MOST_A_RECEIPT


def test_eight_receipts_of_one_till_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "MOST_AN_HOUR", 3)
    shop = make_shop()
    found = receipts(shop, 8)
    answers = at_once(*(partial(send, shop, receipt, f"k{n}") for n, receipt in enumerate(found)))
    assert sorted(answers) == ["sent"] * 3 + ["too_many_mails"] * 5
    assert Notice.objects.count() == 3


def test_one_press_that_comes_eight_times_is_one_mail() -> None:
    shop = make_shop()
    (receipt,) = receipts(shop, 1)
    answers = at_once(*[partial(send, shop, receipt, "same")] * 8)
    assert answers == ["sent"] * 8
    assert Notice.objects.count() == 1
