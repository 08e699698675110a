"""What a Z report says, from its text alone: page and print are drawn from this. X reports read the same way.

Nothing is worked out or looked up again but the names of the people, who stand in the text by their ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_datetime

from merchants.core.identity import tax_number_label
from payments.papers.receipt_text import local_time
from payments.papers.rows import Row
from taxes.core.rates import ZERO_REASONS, rate_label
from wallets.core.money_text import display

Said = Mapping[str, Any]
GONE = "somebody who has left"


@dataclass(frozen=True, slots=True)
class RateRow:
    """One rate: formatted amounts."""

    text: str
    net: str
    tax: str
    gross: str


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of the paper: a table of rates, if any, above its rows."""

    title: str
    rows: tuple[Row, ...]
    rates: tuple[RateRow, ...] = ()


@dataclass(frozen=True, slots=True)
class ZText:
    """Everything on the paper, as text. number: "" while the shift is open."""

    title: str
    number: str
    trade_name: str
    legal_name: str
    place: str
    tax_number: str
    spot: str
    opened: str
    closed: str
    sections: tuple[Section, ...]
    shift: str
    currency: str


def z_text(said: Said, names: Mapping[str, str], *, locale: str = "en") -> ZText:
    """said: the report as JSON gives it back; names: by a person's id as text."""
    seller, words = said["seller"], _Words(said, names, locale)
    label = tax_number_label(seller["country"], seller["tax_number"])
    closed = said["closed"]
    sections = [
        words.sales("Sales in this shift", said["sales"]),
        words.sales(f"Outside any shift{_since(said)}", said["sales_outside"])
        if said["sales_outside"]["payments"]
        else None,
        words.refunds("Refunds in this shift", said["refunds"]),
        words.refunds(f"Refunds outside any shift{_since(said)}", said["refunds_outside"])
        if said["refunds_outside"]["refunds"]
        else None,
        words.cashiers(said["cashiers"]) if said["cashiers"] else None,
        words.hand_overs(said["hand_overs"]) if said["hand_overs"] else None,
        words.cash(said["cash"]),
    ]
    return ZText(
        title="Z report" if closed else "Shift so far",
        number=f"Z {said['number']}" if closed else "",
        trade_name=seller["trade_name"],
        legal_name="" if seller["legal_name"] == seller["trade_name"] else seller["legal_name"],
        place=seller["place"],
        tax_number=f"{label} {seller['tax_number']}" if seller["tax_number"] else "",
        spot=f"{seller['branch']} · {said['till']['name']}",
        opened=words.moment(said["opened"]),
        closed=words.moment(closed) if closed else "",
        sections=tuple(section for section in sections if section),
        shift=said["shift"],
        currency=said["currency"],
    )


def _since(said: Said) -> str:
    before = said["number_before"]
    return f" since Z {before}" if before else ", before the first Z"


@dataclass(frozen=True, slots=True)
class _Words:
    said: Said
    names: Mapping[str, str]
    locale: str

    def money(self, minor: int) -> str:
        return display(minor, self.said["currency"], self.locale)

    def name(self, person: str) -> str:
        return self.names.get(person, GONE)

    def moment(self, moment: Said) -> str:
        when = local_time(datetime.fromisoformat(moment["local"]), self.said["time_zone"], locale=self.locale)
        return f"{when}, {self.name(moment['by'])}"

    def time(self, moment: Said) -> str:
        return format_datetime(datetime.fromisoformat(moment["local"]), "d MMM, HH:mm", locale=self.locale)

    def sales(self, title: str, sales: Said) -> Section:
        receipts = sales["receipts"]
        rows = [
            Row("Payments", str(sales["payments"])),
            Row("Sales with tax", self.money(sales["gross_minor"])),
            Row("Tips", self.money(sales["tip_minor"])),
            Row(f"Taken {self.said['currency']}", self.money(sales["total_minor"]), "total"),
        ]
        if receipts["first"] is not None:
            rows.append(Row("Receipts", f"Nº {receipts['first']} – {receipts['last']}", "tax"))
        if receipts["waiting"]:
            rows.append(Row("Receipts that follow", str(receipts["waiting"]), "tax"))
        if sales.get("provisional"):
            rows.append(Row("Taxed provisionally, as at the sale", str(sales["provisional"]), "tax"))
        return Section(title, tuple(rows), self.rates(sales))

    def refunds(self, title: str, back: Said) -> Section:
        rows = [Row("Refunds", str(back["refunds"]))]
        if back["refunds"]:
            rows += [
                Row("Sales with tax", self.money(back["gross_minor"])),
                Row("Tips", self.money(back["tip_minor"])),
                Row(f"Went back {self.said['currency']}", self.money(back["total_minor"]), "total"),
            ]
        return Section(title, tuple(rows), self.rates(back))

    def rates(self, part: Said) -> tuple[RateRow, ...]:
        return tuple(
            RateRow(
                ZERO_REASONS.get(rate["zero_reason"], rate["zero_reason"])
                if rate["zero_reason"]
                else f"{rate['tax']} {rate_label(Decimal(rate['rate']))}",
                self.money(rate["net_minor"]),
                self.money(rate["tax_minor"]),
                self.money(rate["gross_minor"]),
            )
            for rate in part["rates"]
        )

    def cashiers(self, taken: list[Said]) -> Section:
        rows = tuple(
            Row(self.name(each["person"]), self.money(each["total_minor"]), note=self._cashier(each))
            for each in taken
        )
        return Section("By cashier", rows)

    def _cashier(self, taken: Said) -> str:
        payments = f"{taken['payments']} payment{'' if taken['payments'] == 1 else 's'}"
        return f"{payments}, tips {self.money(taken['tip_minor'])}" if taken["tip_minor"] else payments

    def hand_overs(self, hand_overs: list[Said]) -> Section:
        return Section(
            "Handed over",
            tuple(
                Row(
                    f"{self.time(each)}: {self.name(each['from'])} to {self.name(each['to'])}",
                    "" if each["counted_minor"] is None else f"counted {self.money(each['counted_minor'])}",
                )
                for each in hand_overs
            ),
        )

    def cash(self, cash: Said) -> Section:
        rows = [Row("In the drawer at the open", self.money(cash["float_minor"]))]
        for move in cash["moves"]:
            sign = 1 if move["kind"] == "paid_in" else -1
            note = f"{self.time(move)}, {self.name(move['person'])}"
            rows.append(Row(move["reason"], self.money(sign * move["amount_minor"]), note=note))
        rows.append(
            Row(f"Should be there {self.said['currency']}", self.money(cash["expected_minor"]), "total")
        )
        if cash["counted_minor"] is not None:
            rows.append(Row("Counted", self.money(cash["counted_minor"])))
            rows.append(Row("Difference", self.money(cash["difference_minor"]), note=cash["reason"]))
        return Section("Cash", tuple(rows))
