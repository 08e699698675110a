"""What a receipt says, from its body alone: page and PDF are drawn from this, so they cannot differ.

The body is the canonical JSON that the journal's hash covers (`payments/core/receipt.py`); nothing is looked
up elsewhere, so a receipt reads the same for ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_datetime

from merchants.core.identity import tax_number_label
from payments.papers.exchange_text import exchange_of_body
from payments.papers.rows import RateRow, Row, rate_rows, sale_rows
from taxes.core.lines import RateTotal, TaxAmount, TaxedLine, TaxedSale, UntaxedTotal
from wallets.core.money_text import display

Body = Mapping[str, Any]
_TITLES = {"sale": "Receipt", "refund": "Refund receipt", "correction": "Corrected receipt"}


@dataclass(frozen=True, slots=True)
class ReceiptText:
    """Everything on the paper, as text. is_refund says the direction: amounts are never negative.

    rates: the taxes of `rows` once more, for papers that have a table. inclusive: prices hold the tax.
    """

    is_refund: bool
    title: str
    number: str
    stamp: str
    trade_name: str
    legal_name: str
    place: str
    tax_number: str
    spot: str
    when: str
    rows: tuple[Row, ...]
    rates: tuple[RateRow, ...]
    inclusive: bool
    total: str
    currency: str
    notes: tuple[str, ...]
    payment: str
    reference: str


def receipt_text(body: Body, *, locale: str = "en") -> ReceiptText:
    """The words of one receipt; the time is that of the branch's clock."""
    seller, currency = body["seller"], body["currency"]
    is_refund = body["kind"] == "refund"
    sale = _sale(body)
    rows = sale_rows(
        sale,
        tip_minor=body["tip_minor"],
        inclusive=body["prices_include_tax"],
        currency=currency,
        locale=locale,
        pieces=not is_refund,
    )
    label = tax_number_label(seller["country"], seller["tax_number"])
    return ReceiptText(
        is_refund=is_refund,
        title=_TITLES[body["kind"]],
        number=f"Nº {body['number']}",
        stamp="Refunded" if is_refund else "Paid",
        trade_name=seller["trade_name"],
        legal_name="" if seller["legal_name"] == seller["trade_name"] else seller["legal_name"],
        place=seller["place"],
        tax_number=f"{label} {seller['tax_number']}" if seller["tax_number"] else "",
        spot=" · ".join(part for part in (seller["branch"], seller["till"]) if part),
        when=local_time(datetime.fromisoformat(body["local_time"]), body["time_zone"], locale=locale),
        rows=tuple(rows),
        rates=tuple(rate_rows(sale, currency=currency, locale=locale)),
        inclusive=body["prices_include_tax"],
        total=display(body["total_minor"], currency, locale),
        currency=currency,
        notes=tuple(_notes(body, locale)),
        payment=body["payment"],
        reference=body["reference"],
    )


def local_time(moment: datetime, time_zone: str, *, locale: str = "en") -> str:
    """ "22 Nov 2026, 09:41 (Europe/Berlin)" for a moment that is already in its zone."""
    return f"{format_datetime(moment, 'd MMM y, HH:mm', locale=locale)} ({time_zone})"


def _notes(body: Body, locale: str) -> list[str]:
    notes = []
    if body["kind"] == "correction":
        old = f"receipt Nº {body['corrects']}"
        notes.append(f"Corrects the tax of {old}, which was provisional. What was paid stays as it was.")
        notes.append("Tips, and what had gone back before, are not on it.")
    elif body["corrects"] is not None:
        notes.append(f"Gives back money of receipt Nº {body['corrects']}.")
    if body.get("provisional"):
        notes.append("The tax is provisional: the seller's tax number has been applied for.")
    exchange = exchange_of_body(body, locale=locale)
    if exchange is not None:
        notes += exchange.notes(is_refund=body["kind"] == "refund")
    # Tax taken out of a price is off by design: only where tax was added does it need a word.
    if body["rounding_minor"] and not body["prices_include_tax"]:
        apart = display(abs(body["rounding_minor"]), body["currency"], locale)
        notes.append(f"Tax is rounded line by line: {apart} {body['currency']} off one rounding a rate.")
    return notes


def _sale(body: Body) -> TaxedSale:
    """The sale as the body has it, figure by figure: nothing is worked out again.

    A refund of one cake leaves the coffee at zero: such lines and rates are not shown.
    """
    shown = body["kind"] == "sale"
    lines = tuple(
        TaxedLine(
            line["description"],
            line["category"],
            line["net_minor"],
            line["gross_minor"],
            tuple(TaxAmount(tax["tax"], Decimal(tax["rate"]), tax["tax_minor"]) for tax in line["taxes"]),
            line["zero_reason"],
            line.get("quantity", 1),
        )
        for line in body["lines"]
        if shown or line["gross_minor"]
    )
    return TaxedSale(
        lines=lines,
        totals=tuple(
            RateTotal(tax["tax"], Decimal(tax["rate"]), tax["net_minor"], tax["tax_minor"])
            for tax in body["taxes"]
            if shown or tax["net_minor"] or tax["tax_minor"]
        ),
        untaxed=tuple(
            UntaxedTotal(each["zero_reason"], each["net_minor"])
            for each in body["untaxed"]
            if shown or each["net_minor"]
        ),
        net_minor=body["net_minor"],
        tax_minor=body["tax_minor"],
        gross_minor=body["gross_minor"],
        rounding_minor=body["rounding_minor"],
    )
