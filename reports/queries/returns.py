"""A client's figures for a tax form: the form's lines worked out of sale and refund lines, never of balances.

Takes a merchant that `client_for` gave. Forms are data, read once at start; a form that is not whole does not
start. Promise: the tax of lines and left-out sums is the tax of the sales by rate, or it is said where not.
"""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from merchants.models import Merchant
from reports.core.periods import Period
from reports.core.returns import (
    ROUNDINGS,
    CategorySum,
    Form,
    FormLine,
    ReturnFigures,
    Rule,
    forms_for,
    tax_differences,
    work_out,
)
from reports.queries.categories import category_sums_of
from reports.queries.rows import sums_of
from reports.queries.snapshot import snapshot
from taxes.core.rates import ZERO_REASONS
from wallets.core.currencies import CURRENCIES

_FOLDER = Path(__file__).resolve().parent.parent / "data" / "returns"


@dataclass(frozen=True, slots=True)
class PeriodReturn:
    """figures: of each form in force at the period's end. unlike: the form was another at its beginning.

    sums: what was sold, for a country without a form. differences: best none.
    """

    figures: list[ReturnFigures]
    sums: list[CategorySum]
    unlike: bool
    differences: list[str]


def read_form(told: dict[str, Any]) -> Form:
    """A form from its data; AssertionError for one that is not whole."""
    lines = tuple(_line(line) for line in told["lines"])
    rules = tuple(Rule(**rule) for rule in told["rules"])
    codes = [line.code for line in lines]
    taxing = {line.code for line in lines if line.tax_rate is not None}
    open_codes = {line.code for line in lines if line.yours or line.adds}
    assert len(codes) == len(set(codes)), "a line twice"
    for line in lines:
        assert line.rounding in ROUNDINGS and set(line.adds) <= set(codes), line.code
        assert bool(line.why) == line.yours, line.code
    for rule in rules:
        assert {rule.net, rule.tax} - {""} <= set(codes) - open_codes, rule
        assert rule.zero_reason is None or rule.zero_reason in ZERO_REASONS, rule
        assert rule.of_tax is None or rule.tax or rule.net in taxing, "a taxed rule loses its tax"
    until = told.get("valid_to")
    return Form(
        key=told["key"],
        name=told["name"],
        country=told["country"],
        currency=told["currency"],
        valid_from=date.fromisoformat(told["valid_from"]),
        valid_to=date.fromisoformat(until) if until else None,
        source=told["source"],
        lines=lines,
        rules=rules,
        notes=tuple(told["notes"]),
    )


def _line(told: dict[str, Any]) -> FormLine:
    rate = told.get("tax_rate")
    fields = {**told, "tax_rate": Decimal(rate) if rate else None, "adds": tuple(told.get("adds", ()))}
    return FormLine(**fields)


FORMS: tuple[Form, ...] = tuple(
    read_form(json.loads(path.read_text(encoding="utf-8"))) for path in sorted(_FOLDER.glob("*.json"))
)


def sold_by_category(merchant: Merchant, period: Period) -> list[CategorySum]:
    """A period's sales after refunds, by place, tax, rate, reason and category; one statement."""
    with snapshot() as cursor:
        return category_sums_of(cursor, merchant.pk, period)


def return_of(merchant: Merchant, period: Period) -> PeriodReturn:
    """A period's figures for the forms of the client's country; two statements in one snapshot."""
    with snapshot() as cursor:
        sums = category_sums_of(cursor, merchant.pk, period)
        booked = sums_of(cursor, merchant.pk, period)
    tax: Counter[str] = Counter()
    for part in booked:
        tax[part.currency] += part.tax_minor
    forms = forms_for(FORMS, merchant.country, period.last_day)
    figures = [work_out(form, sums, exponent=CURRENCIES[form.currency].exponent) for form in forms]
    differences = [line for each in figures for line in tax_differences(each, tax)]
    unlike = forms != forms_for(FORMS, merchant.country, period.first_day)
    return PeriodReturn(figures, sums, unlike and bool(forms), differences)
