"""The choice of a period that every page of a client has: read from the address, offered as links and lists.

An address names the period by its label (`period=2026-Q3`), and the zone where it is not the first branch's.
`month=` is read as before, and `from=` and `to=` as the form sends them. No script is needed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext

from base.core.errors import Refused
from base.ids import database_now
from merchants.models import Merchant
from merchants.queries import role_in
from reports.core import choices
from reports.core.periods import (
    DAYS,
    FISCAL_YEAR,
    MONTH,
    QUARTER,
    Period,
    before,
    parse_period,
)
from reports.queries.books import client_for, month_to_show
from reports.queries.clock import Clock, clock_of
from reports.web.nav import menu
from reports.web.signed_in import SignedIn

WORDS = {
    "this_month": "This month",
    "last_month": "Last month",
    "this_quarter": "This quarter",
    "last_quarter": "Last quarter",
    "this_year": "This year",
    "last_year": "Last year",
    "this_fiscal_year": "This fiscal year",
    "last_fiscal_year": "Last fiscal year",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One period to go to. here: it is the one that is shown."""

    text: str
    label: str
    query: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Picker:
    """What the partial draws. query: of this page's period and zone. kept: what a form sends along, as hidden
    fields. zones: (zone, its branches' names, chosen)."""

    period: Period
    title: str
    days: str
    running: bool
    query: str
    earlier: Way | None
    later: Way | None
    quick: list[Way]
    months: list[Way]
    quarters: list[Way]
    years: list[Way]
    zones: list[tuple[str, str, bool]]
    kept: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Desk:
    """A client's page as far as all of them are alike."""

    merchant: Merchant
    period: Period
    picker: Picker
    role: str

    def context(self, here: str, /, **more: Any) -> dict[str, Any]:
        """What the frame's template asks for, and the page's own."""
        return {
            "merchant": self.merchant,
            "period": self.period,
            "picker": self.picker,
            "running": self.picker.running,
            **menu(self.role, here, self.picker.query),
            **more,
        }


def open_desk(request: SignedIn, merchant_id: UUID, keep: Iterable[str] = ()) -> Desk:
    """The client and the period that an address names; five or six queries.

    keep: other parts of the address that stay when the period changes. Refused: not_found (404),
    period_invalid, zone_unknown (400).
    """
    merchant = client_for(request.user.pk, merchant_id)
    role = role_in(request.user.pk, merchant)
    asked, now = request.GET, database_now()
    clock = clock_of(merchant, asked.get("zone", ""))
    label = asked.get("period") or asked.get("month") or _days(asked)
    zone = clock.time_zone
    period = parse_period(label, zone) if label else month_to_show(merchant, now, zone)
    kept = [(name, asked[name]) for name in keep if asked.get(name)]
    return Desk(merchant, period, _picker(period, clock, now, kept), role)


def title_of(period: Period) -> str:
    """A period as a heading: "November 2026", "3rd quarter 2026", "Fiscal year from 6 April 2026"."""
    first = period.first_day
    if period.kind == MONTH:
        return date_format(first, "F Y")
    if period.kind == QUARTER:
        return gettext("Quarter %(quarter)s of %(year)s") % {
            "quarter": (first.month + 2) // 3,
            "year": first.year,
        }
    if period.kind == FISCAL_YEAR:
        return gettext("Fiscal year from %(day)s") % {"day": date_format(first, "j F Y")}
    if period.kind == DAYS:
        return days_of(period)
    return gettext("Year %(year)s") % {"year": first.year}


def days_of(period: Period) -> str:
    """ "1 July to 30 September 2026"; month and year once where they are the same."""
    first, last = period.first_day, period.last_day
    if first == last:
        return date_format(first, "j F Y")
    begin = "j F" if first.year == last.year else "j F Y"
    begin = "j" if (first.year, first.month) == (last.year, last.month) else begin
    return gettext("%(first)s to %(last)s") % {
        "first": date_format(first, begin),
        "last": date_format(last, "j F Y"),
    }


def _days(asked: Mapping[str, str]) -> str:
    """The label of two days of a form; one day alone is the period of that day."""
    first, last = asked.get("from", ""), asked.get("to", "")
    return f"{first or last}..{last or first}" if first or last else ""


def _picker(period: Period, clock: Clock, now: datetime, kept: list[tuple[str, str]]) -> Picker:
    zone, first = clock.time_zone, next(iter(clock.zones), clock.time_zone)
    of_zone = [("zone", zone)] if zone != first else []

    def way(other: Period | None, text: str = "") -> Way | None:
        if other is None:
            return None
        query = urlencode([("period", other.label), *of_zone, *kept])
        return Way(text or title_of(other), other.label, f"?{query}", other.label == period.label)

    def ways(others: Iterable[Period]) -> list[Way]:
        return [made for made in map(way, others) if made]

    return Picker(
        period=period,
        title=title_of(period),
        days=days_of(period),
        running=period.starts_at <= now < period.ends_at,
        query=f"?{urlencode([('period', period.label), *of_zone])}",
        earlier=way(_step(before, period)),
        later=way(_step(choices.after, period)) if period.ends_at <= now else None,
        quick=[
            made
            for offer in choices.quick(now, zone, clock.begins)
            if (made := way(offer.period, gettext(WORDS[offer.name])))
        ],
        months=ways(choices.months(now, zone)),
        quarters=ways(choices.quarters(now, zone)),
        years=ways(choices.years(now, zone, clock.begins)),
        zones=[(name, ", ".join(branches), name == zone) for name, branches in clock.zones.items()],
        kept=[*of_zone, *kept],
    )


def _step(way: Any, period: Period) -> Period | None:
    """The neighbour, or none at the ends of the calendar."""
    try:
        found: Period = way(period)
    except Refused:
        return None
    return found
