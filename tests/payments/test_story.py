"""One sale from scan to refund, by its journals."""

import pytest

from payments.flows.refund import refund
from payments.models import Payment, Receipt
from tests.factories import balance, make_one_time_code, make_person, make_shop, pay, settle_all
from wallets.models import Entry, Hold

pytestmark = pytest.mark.django_db


def test_paid_settled_refunded() -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 10_000})
    m, w = shop.merchant.pk, ann.wallet.pk
    payment = pay(make_one_time_code(shop, 1190), ann, tip_minor=100)
    assert (payment.total_minor, payment.tax_minor, payment.fee_minor) == (1290, 190, 6)
    hold = Hold.objects.get(pk=payment.pk)
    assert (hold.state, hold.amount_minor) == ("held", 1290)
    assert settle_all() == 1
    payment = Payment.objects.get(pk=payment.pk)
    assert payment.state == "settled"
    assert balance(f"customer:{w}:EUR") == 8710
    assert balance(f"merchant:{m}:EUR:payable") == 994
    assert balance(f"merchant:{m}:EUR:tax:DE:VAT:19.0000") == 190
    assert balance(f"merchant:{m}:EUR:tips") == 100
    assert balance(f"platform:EUR:fees:{m}") == 6
    receipt = Receipt.objects.get(payment=payment)
    assert receipt.number == 1
    refund(actor=shop.cashier, payment_id=payment.pk, key="a")
    assert balance(f"customer:{w}:EUR") == 10_000
    for code in ("payable", "tax:DE:VAT:19.0000", "tips"):
        assert balance(f"merchant:{m}:EUR:{code}") == 0
    assert Receipt.objects.filter(merchant=m).count() == 2
    assert Entry.objects.filter(journal=payment.journal).count() == 5
