"""The figures that a tax form asks for, worked out of a period's sales by a form that is data.

A form (`reports/data/returns`) says which of its lines a sum goes to, how a line is rounded, and which lines
nobody here can know (input tax, purchases): those stay open and are never 0. Promise: each sum is in exactly
one place, a line or the list of what the form has none for; so the lines and that list add up to the sales.
Nothing is filed, and nothing here is a return.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

CENTS, UNITS_CUT = "cents", "units_cut"
ROUNDINGS = frozenset({CENTS, UNITS_CUT})
ANY = "*"


@dataclass(frozen=True, slots=True)
class CategorySum:
    """What was sold, refunds taken off, in minor units. place: "DE", "GB". rate: "19.0000", "" untaxed."""

    currency: str
    place: str
    tax: str
    rate: str
    zero_reason: str
    category: str
    rows: int
    papers: int
    net_minor: int
    tax_minor: int

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.tax_minor


@dataclass(frozen=True, slots=True)
class Rule:
    """Which sums go where; the first rule of a form that fits decides. Unnamed means any; ANY asks for some.

    net, tax: the codes of the lines that get the net and the tax.
    """

    net: str
    tax: str = ""
    of_tax: str | None = None
    rate: str | None = None
    zero_reason: str | None = None
    category: str | None = None

    def fits(self, part: CategorySum) -> bool:
        pairs = (
            (self.of_tax, part.tax),
            (self.rate, part.rate),
            (self.zero_reason, part.zero_reason),
            (self.category, part.category),
        )
        return all(wanted in (None, found) or (wanted == ANY and found) for wanted, found in pairs)


@dataclass(frozen=True, slots=True)
class FormLine:
    """A line as the form prints it. yours: nobody here can know it; why: what to add there.

    rounding: of the figure. tax_rate: the form works its tax out of the rounded figure at this rate.
    adds: the codes whose tax this line adds up, as far as it is known here.
    """

    code: str
    label: str
    rounding: str = CENTS
    tax_rate: Decimal | None = None
    yours: bool = False
    why: str = ""
    adds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """One version of a form, in force for periods that end on or after valid_from."""

    key: str
    name: str
    country: str
    currency: str
    valid_from: date
    valid_to: date | None
    source: str
    lines: tuple[FormLine, ...]
    rules: tuple[Rule, ...]
    notes: tuple[str, ...] = ()

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line worked out. figure_minor: as the form takes it; None where it is yours, or not of this line.

    exact_minor: before rounding. tax_minor: the form's own column of tax, by its rate; booked_minor: the tax
    on the receipts behind it. parts: the sums behind the line.
    """

    line: FormLine
    figure_minor: int | None = None
    exact_minor: int = 0
    tax_minor: int | None = None
    booked_minor: int = 0
    parts: tuple[CategorySum, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnFigures:
    """A form's lines for one period, and what the form has no line for."""

    form: Form
    lines: tuple[Figure, ...]
    left_out: tuple[CategorySum, ...] = field(default=())

    @property
    def mapped_tax_minor(self) -> int:
        """The tax on the receipts behind all lines."""
        return sum(line.booked_minor for line in self.lines)

    @property
    def form_tax_minor(self) -> int:
        """What the form's own columns of tax add up to."""
        return sum(line.tax_minor or 0 for line in self.lines)

    @property
    def left_out_tax_minor(self) -> int:
        """Only of the form's currency and country: what is abroad is not this form's to miss."""
        return sum(part.tax_minor for part in self.left_out)


def work_out(form: Form, sums: Iterable[CategorySum], *, exponent: int) -> ReturnFigures:
    """A period's figures for a form. exponent: of its currency, 2 for EUR (a whole unit is 100 minor)."""
    behind: dict[str, list[tuple[str, CategorySum]]] = {line.code: [] for line in form.lines}
    left_out: list[CategorySum] = []
    for part in sums:
        rule = _rule_for(form, part)
        if rule is None:
            left_out.append(part)
            continue
        behind[rule.net].append(("net", part))
        if rule.tax:
            behind[rule.tax].append(("tax", part))
    unit = 10**exponent
    figures = {line.code: _figure(line, behind[line.code], unit) for line in form.lines}
    lines = tuple(_added(line, figures) if line.adds else figures[line.code] for line in form.lines)
    return ReturnFigures(form, lines, tuple(left_out))


def tax_differences(figures: ReturnFigures, booked: Mapping[str, int]) -> list[str]:
    """Where lines and left-out sums do not carry the tax of the sales by rate; best none.

    booked: {currency: minor units} of tax by the sales.
    """
    told: dict[str, int] = {}
    for line in figures.lines:
        told[figures.form.currency] = told.get(figures.form.currency, 0) + line.booked_minor
    for part in figures.left_out:
        told[part.currency] = told.get(part.currency, 0) + part.tax_minor
    return [
        f"tax {currency}: lines {told.get(currency, 0)}, sales {booked.get(currency, 0)}"
        for currency in sorted({*told, *booked})
        if told.get(currency, 0) != booked.get(currency, 0)
    ]


def forms_for(forms: Sequence[Form], country: str, on: date) -> list[Form]:
    """The forms of a country in force on a day."""
    return [form for form in forms if form.country == country and form.in_force(on)]


def cut_to_units(minor: int, unit: int) -> int:
    """Whole units with the rest cut off, towards zero: 123.99 gives 123.00, -123.99 gives -123.00."""
    whole = abs(minor) // unit * unit
    return whole if minor >= 0 else -whole


def _rule_for(form: Form, part: CategorySum) -> Rule | None:
    country = part.place.partition("-")[0]
    if country != form.country or part.currency != form.currency:
        return None
    return next((rule for rule in form.rules if rule.fits(part)), None)


def _figure(line: FormLine, behind: Sequence[tuple[str, CategorySum]], unit: int) -> Figure:
    if line.yours:
        return Figure(line)
    exact = sum(part.net_minor if column == "net" else part.tax_minor for column, part in behind)
    rounded = cut_to_units(exact, unit) if line.rounding == UNITS_CUT else exact
    # Tax is booked where the tax of a sum is told: at its own tax line, or beside the net.
    booked = sum(part.tax_minor for column, part in behind if column == "tax" or line.tax_rate is not None)
    by_form = _tax_of(rounded, line.tax_rate) if line.tax_rate is not None else None
    if by_form is None and any(column == "tax" for column, _ in behind):
        by_form = rounded
    return Figure(line, rounded, exact, by_form, booked, tuple(part for _, part in behind))


def _tax_of(minor: int, rate: Decimal) -> int:
    """The form's own tax on a rounded figure, to the minor unit, half up (away from zero)."""
    scaled = abs(minor) * int(rate * 10_000)
    tax = (scaled * 2 + 1_000_000) // 2_000_000
    return tax if minor >= 0 else -tax


def _added(line: FormLine, figures: Mapping[str, Figure]) -> Figure:
    """What is known of a line that adds up others: a part of it, where one of them is yours."""
    total = sum(figures[code].tax_minor or 0 for code in line.adds)
    return Figure(line, total, total)
