"""Journals of sales and refunds: balanced and complete, whatever was sold and however it is taxed."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from payments.core import journals
from payments.core.fees import sale_fee
from payments.core.journals import Parts
from taxes.core.lines import RateTotal
from tests.payments.sales import MERCHANT, PAYMENT, WALLET, parts
from wallets.core import chart
from wallets.core.ledger import Draft

JOURNAL, REFUND = UUID(int=7), UUID(int=9)
NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
HASH = bytes(32)


def sold(what: Parts) -> Draft:
    return Draft(JOURNAL, f"sale:{JOURNAL}", "sale", NOW, MERCHANT, journals.sale_legs(what))


def given_back(what: Parts) -> Draft:
    return journals.refund(what, refund=REFUND, journal=JOURNAL, happened_at=NOW, receipt=HASH)


def amounts(draft: Draft) -> dict[str, int]:
    return {leg.account.code: leg.amount_minor for leg in draft.legs}


@given(parts())
def test_a_sale_balances_and_takes_from_the_payer_alone(what: Parts) -> None:
    legs = amounts(sold(what))
    assert sum(legs.values()) == 0
    taken = legs.pop(f"customer:{WALLET}:{what.currency}")
    assert taken == -what.total_minor < 0
    assert all(amount > 0 for amount in legs.values())
    assert 0 not in legs.values()


@given(parts())
def test_tax_tip_and_fee_are_never_mixed(what: Parts) -> None:
    legs = amounts(sold(what))
    for tax in what.taxes:
        code = f"merchant:{MERCHANT}:{what.currency}:tax:DE:{tax.tax}:{tax.rate:.4f}"
        assert legs.get(code, 0) == tax.amount_minor
    assert legs.get(chart.tips(MERCHANT, what.currency).code, 0) == what.tip_minor
    assert legs.get(chart.fees(MERCHANT, what.currency).code, 0) == what.fee_minor
    payable = legs.get(chart.payable(MERCHANT, what.currency).code, 0)
    assert payable == what.net_minor - what.fee_minor >= 0


@given(parts())
def test_a_full_refund_is_the_sale_the_other_way_round(what: Parts) -> None:
    forth, back = sold(what), given_back(what)
    assert amounts(back) == {code: -amount for code, amount in amounts(forth).items()}
    assert (back.reference, back.kind, back.capture) == (f"refund:{REFUND}", "refund", None)


@given(parts())
def test_every_account_of_a_sale_but_the_payers_is_in_the_merchants_lane(what: Parts) -> None:
    names = [leg.account for leg in sold(what).legs]
    assert {name.shard_key for name in names if not name.code.startswith("customer:")} <= {MERCHANT}
    assert {name.currency for name in names} == {what.currency}
    assert all(name.guarded is not name.code.startswith("platform:") for name in names)


def test_the_sale_of_the_design_page() -> None:
    """11.90 with 19 %, a tip of 1.00, a fee of 0.5 % of 12.90."""
    vat = RateTotal("VAT", Decimal(19), 1000, 190)
    what = Parts(PAYMENT, MERCHANT, WALLET, "EUR", "DE", 1000, [vat], tip_minor=100, fee_minor=6)
    assert amounts(sold(what)) == {
        f"customer:{WALLET}:EUR": -1290,
        f"merchant:{MERCHANT}:EUR:payable": 994,
        f"merchant:{MERCHANT}:EUR:tax:DE:VAT:19.0000": 190,
        f"merchant:{MERCHANT}:EUR:tips": 100,
        f"platform:EUR:fees:{MERCHANT}": 6,
    }


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**6))
def test_a_fee_is_never_more_than_the_net_nor_less_than_nothing(
    net: int, tax: int, tip: int, ppm: int
) -> None:
    fee = sale_fee(total_minor=net + tax + tip, net_minor=net, rate_ppm=ppm)
    assert 0 <= fee <= net
    exact = Decimal(net + tax + tip) * ppm / 10**6
    assert fee == net or abs(fee - exact) <= Decimal("0.5")


@pytest.mark.parametrize(
    ("total", "net", "fee"), [(1290, 1000, 6), (100, 84, 1), (99, 84, 0), (10_000, 3, 3), (10_000, 0, 0)]
)
def test_fees_by_example(total: int, net: int, fee: int) -> None:
    assert sale_fee(total_minor=total, net_minor=net, rate_ppm=5_000) == fee


def test_a_journal_that_does_not_balance_is_not_built() -> None:
    vat = RateTotal("VAT", Decimal(19), 1000, 190)
    what = Parts(PAYMENT, MERCHANT, WALLET, "EUR", "DE", 1000, [vat], tip_minor=0, fee_minor=1200)
    assert (
        amounts(sold(what))[f"merchant:{MERCHANT}:EUR:payable"] == -200
    )  # the guard of the account refuses it
    with pytest.raises(Refused, match="journal_unbalanced"):
        Draft(JOURNAL, f"sale:{JOURNAL}", "sale", NOW, MERCHANT, sold(what).legs[:-1])
