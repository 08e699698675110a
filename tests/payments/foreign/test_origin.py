"""Where a payer lives is written on the payment, and decides neither the place of the sale nor its rate."""

from collections.abc import Callable
from typing import Any

import pytest

from merchants.models import Branch
from payments.models import Payment, SaleLine
from people.flows.keep_residence import keep_residence
from tests.factories import (
    PIN,
    balance,
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    pay,
    scan,
    settle_all,
    yes_to,
)
from tests.payments.foreign.stage import journal_of, pay_abroad, say_yes, wang, yuan

pytestmark = pytest.mark.django_db


def origin(payment: Payment) -> tuple[str | None, str | None, bool | None]:
    kept = Payment.objects.get(pk=payment.pk)
    return kept.payer_country, kept.payer_country_source, kept.cross_border


def test_it_is_written_with_every_payment_once_it_is_known() -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 5_000})
    assert origin(pay(make_one_time_code(shop, 100), ann)) == (None, None, None)
    keep_residence(person_id=ann.pk, country="FR", source="stated")
    first = pay(make_one_time_code(shop, 100), ann)
    assert origin(first) == ("FR", "stated", True)
    keep_residence(person_id=ann.pk, country="DE", source="bank")
    assert origin(pay(make_one_time_code(shop, 100), ann)) == ("DE", "bank", False)
    assert origin(first) == ("FR", "stated", True), "what was known then stays"


def test_the_border_is_that_of_the_branch() -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 5_000})
    keep_residence(person_id=ann.pk, country="DE", source="stated")
    Branch.objects.filter(pk=shop.branch.pk).update(country="AT", city="Wien", time_zone="Europe/Vienna")
    payment = pay(make_one_time_code(shop, 1200), ann)
    assert origin(payment) == ("DE", "stated", True)


def test_a_wallet_in_yuan_of_somebody_in_china_pays_german_tax() -> None:
    """The control: the same sale to a euro wallet of somebody in Germany moves the same for the shop."""
    yuan()
    shop, payer, neighbour = make_shop(), wang(), make_person(funds={"EUR": 5_000})
    keep_residence(person_id=payer.pk, country="CN", source="stated")
    keep_residence(person_id=neighbour.pk, country="DE", source="stated")
    abroad = pay_abroad(make_one_time_code(shop, 1190), payer)
    home = pay(make_one_time_code(shop, 1190), neighbour)
    settle_all()
    assert (origin(abroad)[2], origin(home)[2]) == (True, False)

    def shops_part(payment: Payment) -> dict[str, int]:
        legs = journal_of(f"sale:{payment.pk}")
        return {
            code: amount for code, amount in legs.items() if code.startswith("merchant:") or ":fees:" in code
        }

    assert shops_part(abroad) == shops_part(home)
    tax = f"merchant:{shop.merchant.pk}:EUR:tax:DE:VAT:19.0000"
    assert shops_part(abroad)[tax] == 190 and balance(tax) == 380
    taxed = set(SaleLine.objects.values_list("tax", "rate", "tax_minor"))
    assert len(taxed) == 1


def test_it_costs_no_statement(django_assert_num_queries: Callable[..., Any]) -> None:
    shop, ann = make_shop(), make_person(funds={"EUR": 5_000})
    keep_residence(person_id=ann.pk, country="FR", source="stated")
    pay(make_static_code(shop), ann, 100)
    session = scan(make_static_code(shop), ann, typed_minor=500)
    token = yes_to(session, ann)
    with django_assert_num_queries(2):
        payment = say_yes(session, ann, token, pin=PIN)
    assert origin(payment) == ("FR", "stated", True)
