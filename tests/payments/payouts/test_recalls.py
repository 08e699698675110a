"""A refund after its tax or tip has left: covered from the sales, or claimed from who has it."""

import pytest

from base.core.errors import Refused
from payments.flows.pay_out import pay_out
from payments.flows.refund import refund
from payments.models import Payment, Receipt, Refund
from reports.flows.audit import audit
from tests.factories import Shop, balance, make_one_time_code, make_person, pay, settle_all
from tests.payments.payouts.stage import balances, earned, moved, released
from wallets.models import Journal

pytestmark = pytest.mark.django_db(transaction=True)


def first_sale(shop: Shop) -> Payment:
    return Payment.objects.filter(merchant=shop.merchant).order_by("id")[0]


def sell(shop: Shop, amount_minor: int, category: str = "reduced") -> Payment:
    line = {"description": "Order", "category": category, "amount_minor": amount_minor}
    payment = pay(make_one_time_code(shop, lines=[line]), make_person(funds={"EUR": 90_000}))
    settle_all()
    return payment


def give_back(shop: Shop, payment: Payment, amount_minor: int | None = None, key: str = "back") -> Refund:
    return refund(actor=shop.cashier, payment_id=payment.pk, key=key, amount_minor=amount_minor)


def test_tax_and_tip_that_were_paid_out_come_back_out_of_later_sales() -> None:
    shop, _ = earned()
    pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key="all")
    sell(shop, 10_700)  # of another rate: nothing of 19 % stands there, and no tip
    before = balance(f"merchant:{shop.merchant.pk}:EUR:payable")
    row = give_back(shop, first_sale(shop), 645)
    assert moved(f"recall:{row.pk}") == {"payable": -145, "tax:DE:VAT:19.0000": 95, "tips": 50}
    # The refund's own journal is what it always is: return figures and exports foot with it.
    assert moved(f"refund:{row.pk}") == {
        "customer": 645, "payable": -500, "tax:DE:VAT:19.0000": -95, "tips": -50,
    }  # fmt: skip
    left = balances(shop.merchant.pk)
    assert (left["payable"], left["tax"], left["tips"]) == (before - 645, 0, 0)
    recalled, refunded = Journal.objects.filter(reference__endswith=str(row.pk)).order_by("kind")
    assert (recalled.kind, recalled.happened_at) == ("recall", refunded.happened_at)
    assert bytes(recalled.document_sha256 or b"") == bytes(Receipt.objects.get(refund=row).sha256)
    assert audit() == []


def test_only_the_lack_is_recalled() -> None:
    shop, _ = earned()
    pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key="part", amount_minor=994 + 100 + 100)
    sell(shop, 10_700)
    row = give_back(shop, first_sale(shop), 1290)
    assert moved(f"recall:{row.pk}") == {"payable": -200, "tax:DE:VAT:19.0000": 100, "tips": 100}
    assert balances(shop.merchant.pk)["tax"] == 0
    assert audit() == []


def test_where_nothing_lacks_nothing_is_recalled() -> None:
    shop, _ = earned()
    sell(shop, 10_700)
    give_back(shop, first_sale(shop), 645)
    assert not Journal.objects.filter(kind="recall").exists()


def test_what_the_sales_do_not_cover_is_refused_and_nothing_is_written() -> None:
    shop, _ = earned(fee_ppm=0)
    pay_out(actor=shop.owner, merchant_id=shop.merchant.pk, key="all")
    sell(shop, 688)  # net 6.43: a cent short of what half of the first sale needs from the sales
    journals = Journal.objects.count()
    with pytest.raises(Refused, match="shop_balance_too_low"):
        give_back(shop, first_sale(shop), 645)
    assert (Journal.objects.count(), Refund.objects.count()) == (journals, 0)
    sell(shop, 2)
    assert give_back(shop, first_sale(shop), 645, key="again").amount_minor == 645
    assert balances(shop.merchant.pk)["payable"] == 0
    assert audit() == []


def test_tax_that_was_released_comes_back_out_of_the_sales() -> None:
    shop, _ = earned(mode="ring_fence")
    released(shop)
    sell(shop, 10_700)
    row = give_back(shop, first_sale(shop), 645)
    assert moved(f"recall:{row.pk}") == {"payable": -95, "tax:DE:VAT:19.0000": 95}
    assert audit() == []


def test_the_worked_example_after_a_remittance() -> None:
    """docs/LEDGER.md: 5.95 of 11.90 went back, the tax was remitted, 2.38 more goes back."""
    shop, _ = earned(mode="ring_fence")
    sale = sell(shop, 1190, "standard")
    give_back(shop, first_sale(shop))  # so that only the sale without a tip is left
    give_back(shop, sale, 595, key="half")
    mine = f"merchant:{shop.merchant.pk}:EUR"
    assert (balance(f"{mine}:payable"), balance(f"{mine}:tax:DE:VAT:19.0000")) == (494, 95)
    remittance = released(shop, "authority")
    assert moved(f"tax_remittance:{remittance.pk}") == {"tax:DE:VAT:19.0000": -95, "authority:DE": 95}
    row = give_back(shop, sale, 238, key="more")
    assert moved(f"recall:{row.pk}") == {"tax_claim:DE": -38, "tax:DE:VAT:19.0000": 38}
    assert moved(f"refund:{row.pk}") == {"customer": 238, "payable": -200, "tax:DE:VAT:19.0000": -38}
    assert balance(f"{mine}:payable") == 294
    assert balance(f"{mine}:tax_claim:DE") == -38
    assert balance(f"{mine}:tax:DE:VAT:19.0000") == 0
    assert balance("platform:EUR:authority:DE") == 95
    assert audit() == []


def test_the_next_remittance_nets_the_claim() -> None:
    shop, _ = earned(mode="ring_fence")
    sell(shop, 10_700)
    assert released(shop, "authority").amount_minor == 190 + 700
    give_back(shop, first_sale(shop), 645)
    mine = f"merchant:{shop.merchant.pk}:EUR"
    assert balance(f"{mine}:tax_claim:DE") == -95
    sell(shop, 1070)
    row = released(shop, "authority")
    assert (row.amount_minor, row.netted_minor) == (70, 70)
    assert moved(f"tax_remittance:{row.pk}") == {"tax:DE:VAT:7.0000": -70, "tax_claim:DE": 70}
    sell(shop, 1070)
    row = released(shop, "authority")
    assert (row.amount_minor, row.netted_minor) == (70, 25)
    assert moved(f"tax_remittance:{row.pk}") == {
        "tax:DE:VAT:7.0000": -70, "tax_claim:DE": 25, "authority:DE": 45,
    }  # fmt: skip
    assert balance(f"{mine}:tax_claim:DE") == 0
    assert balance("platform:EUR:authority:DE") == 890 + 45
    assert audit() == []


def test_no_more_is_claimed_than_went_to_the_authority() -> None:
    shop, _ = earned(mode="ring_fence")
    sell(shop, 10_700)
    released(shop, "authority", amount_minor=100)  # of 19 %, which comes first by its code
    released(shop)  # the rest to the shop
    row = give_back(shop, first_sale(shop))
    assert moved(f"recall:{row.pk}") == {"payable": -90, "tax_claim:DE": -100, "tax:DE:VAT:19.0000": 190}
    assert audit() == []
