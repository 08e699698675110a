"""No silent zero: what has no tax says why, in a known word, and the database holds it."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from base.core.errors import Refused
from payments.models import Payment, SaleLine
from taxes.core.lines import PER_LINE, PricedLine, work_out
from taxes.core.rates import ZERO_REASONS
from tests.factories import make_one_time_code, make_person, make_shop, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid() -> Payment:
    return pay(make_one_time_code(make_shop(), 1190), make_person(funds={"EUR": 10_000}))


def add(payment: Payment, **changed: Any) -> SaleLine:
    facts = {"tax": "", "rate": 0, "zero_reason": "exempt", "net_minor": 100, "tax_minor": 0, **changed}
    line: SaleLine = SaleLine.objects.create(
        payment=payment, line=9, description="Book", category="exempt", **facts
    )
    return line


@pytest.mark.parametrize("reason", sorted(ZERO_REASONS))
def test_each_known_reason_is_taken(paid: Payment, reason: str) -> None:
    assert add(paid, zero_reason=reason).pk


@pytest.mark.parametrize(
    ("changed", "guard"),
    [
        ({"zero_reason": ""}, "sale_line_zero_has_reason"),
        ({"tax_minor": 1}, "sale_line_zero_has_reason"),
        ({"tax": "VAT", "rate": 19}, "sale_line_zero_has_reason"),
        ({"zero_reason": "because"}, "sale_line_reason_known"),
        ({"zero_reason": "EXEMPT"}, "sale_line_reason_known"),
        ({"zero_reason": " "}, "sale_line_reason_known"),
    ],
)
def test_the_database_refuses_a_zero_without_a_known_reason(
    paid: Payment, changed: dict[str, Any], guard: str
) -> None:
    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        add(paid, **changed)
    assert paid.lines.count() == 1


@pytest.mark.parametrize("reason", ["", "because"])
def test_so_does_the_core_before_it(reason: str) -> None:
    with pytest.raises(Refused) as no:
        work_out([PricedLine("Book", "exempt", 100, (), reason)], inclusive=True, policy=PER_LINE)
    assert no.value.code == "tax_missing"
