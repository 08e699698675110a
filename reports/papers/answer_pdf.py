"""The paper of an answer pack: what the authority named, what was rebuilt, and why the two may differ.

Drawn from the pack's facts alone: equal facts, equal bytes. It names the file of receipts by its hash, so
that nobody can put another one beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reportlab.lib.units import mm

from reports.core.answer import REASONS, Tally
from reports.core.answer_figures import Candidate, Personal, Provisional, Step
from reports.papers.answer_words import (
    CANDIDATES,
    NO_ADVICE,
    PERSONAL_IS_IN,
    PERSONAL_IS_OUT,
    STEPS,
    difference_in_words,
    provisional_in_words,
)
from reports.papers.pages import BOLD, LEFT, MUTED, REGULAR, RIGHT, Pages
from taxes.core.rates import ZERO_REASONS, rate_label
from wallets.core.money_text import display, display_with_code

_NAMES, _WIDE = LEFT + 62 * mm, LEFT + 78 * mm
_SECOND, _THIRD = RIGHT - 60 * mm, RIGHT - 30 * mm
# By rate: sales, refunds, corrections where there are any, and all together.
_COLUMN = 25 * mm


@dataclass(frozen=True, slots=True)
class Answer:
    """All that the paper says. others: receipts in other currencies, which are not in it."""

    legal_name: str
    trade_name: str
    tax_number: str
    places: Sequence[str]
    period: str
    first_day: date
    last_day: date
    time_zone: str
    made_on: date
    asked_by: str
    reference: str
    note: str
    currency: str
    figure_minor: int
    tally: Tally
    candidates: Sequence[Candidate]
    steps: Sequence[Step]
    paid_out_minor: int
    personal: Personal | None
    others: Sequence[tuple[str, int]]
    provisional: Provisional
    csv_name: str
    csv_sha256: str
    journals: int
    rate_table: str


def answer_pdf(answer: Answer) -> bytes:
    """The whole paper."""
    pages = Pages(f"Turnover rebuilt from receipts, {answer.trade_name}, {answer.period}", answer.legal_name)
    _cover(pages, answer)
    _figures(pages, answer)
    _walk(pages, answer)
    _by_rate(pages, answer)
    _corrected(pages, answer)
    _beside(pages, answer)
    _proof(pages, answer)
    return pages.save()


def _cover(pages: Pages, answer: Answer) -> None:
    pages.text("Turnover rebuilt from receipts", font=BOLD, size=17)
    pages.space(1)
    pages.text(answer.legal_name, font=BOLD, size=11)
    facts = [
        answer.trade_name,
        f"Tax number {answer.tax_number}" if answer.tax_number else "",
        *answer.places,
    ]
    for line in facts:
        pages.text(line, colour=MUTED)
    pages.rule()
    span = f"{answer.first_day.isoformat()} to {answer.last_day.isoformat()}, both days inside"
    _pair(pages, "Period", f"{span} ({answer.time_zone})")
    _pair(pages, "The authority's figure", display_with_code(answer.figure_minor, answer.currency), BOLD)
    if answer.reference:
        _pair(pages, "Reference", answer.reference)
    _pair(pages, "Made on", f"{answer.made_on.isoformat()}, asked for by {answer.asked_by}")
    pages.rule()
    tally = answer.tally
    pages.space(2)
    pages.text(
        f"This paper rebuilds the shop's turnover from its receipts: {_counted(tally)}"
        + (f", numbers {tally.first} to {tally.last}. " if tally.receipts else ". ")
        + "Each was compared with the hash that the ledger keeps of it, and all together with the ledger's "
        "own accounts. They agree to the last unit, or this paper would not exist."
    )
    pages.space(1)
    pages.text(NO_ADVICE)
    if answer.note:
        pages.heading("Note of the one who asked")
        pages.text(answer.note)


def _figures(pages: Pages, answer: Answer) -> None:
    pages.heading("What the figure may be")
    head = [("Figure", _WIDE), (answer.currency, _SECOND + 8 * mm), ("Difference", RIGHT)]
    pages.cells(head, size=8, colour=MUTED)
    for one in answer.candidates:
        pages.rule()
        name, what = CANDIDATES[one.code]
        cells = [
            (name, _WIDE),
            (_money(answer, one.amount_minor), _SECOND + 8 * mm),
            (_money(answer, one.difference_minor), RIGHT),
        ]
        pages.cells(cells, font=BOLD)
        pages.text(what, size=8, colour=MUTED)
        if one.nearest:
            pages.text(f"Nearest: {difference_in_words(one.difference_minor)}.", size=8)
    pages.rule()


def _walk(pages: Pages, answer: Answer) -> None:
    pages.heading("From all that was paid to the taxable turnover")
    pages.cells([("Step", _WIDE), (answer.currency, _THIRD), ("Left", RIGHT)], size=8, colour=MUTED)
    for step in answer.steps:
        pages.rule()
        pages.cells(
            [
                (STEPS[step.code], _WIDE),
                (_money(answer, step.minor), _THIRD),
                (_money(answer, step.left_minor), RIGHT),
            ]
        )
    pages.rule()
    pages.cells(
        [("Taxable turnover without tax", _WIDE), (_money(answer, answer.steps[-1].left_minor), RIGHT)],
        font=BOLD,
    )


def _by_rate(pages: Pages, answer: Answer) -> None:
    tally = answer.tally
    sides = [side for side in tally.sides.values() if side is not tally.corrections or side.receipts]
    pages.heading("By rate, and what carries no tax")
    names = ["Sales", "Refunds", "Corrected"][: len(sides)]
    pages.cells(_columns("Tax", [*names, "Together"]), size=8, colour=MUTED)
    for place, tax, rate in sorted(set().union(*(side.taxes for side in sides))):
        name = f"{place}, {tax} {rate_label(Decimal(rate))}"
        key = (place, tax, rate)
        _row(pages, answer, f"{name}: without tax", [side.nets[key] for side in sides])
        _row(pages, answer, f"{name}: tax", [side.taxes[key] for side in sides])
    for reason in REASONS:
        minor = [side.untaxed[reason] for side in sides]
        if any(minor):
            _row(pages, answer, ZERO_REASONS[reason], minor)
    _row(pages, answer, "Tips (outside the scope of the tax)", [side.tip_minor for side in sides])
    pages.rule()
    _row(pages, answer, "Total", [side.total_minor for side in sides], font=BOLD)
    pages.text(
        "A sale with two taxes stands under both, each with the whole amount that the tax was taken of.",
        size=8,
        colour=MUTED,
    )


def _corrected(pages: Pages, answer: Answer) -> None:
    """Sales whose tax was provisional: what was corrected here, elsewhere, or not yet."""
    side = answer.tally.corrections
    said = provisional_in_words(side.receipts, side.tax_minor, answer.provisional, answer.currency)
    if said:
        pages.heading("Provisional tax, and its corrections")
    for text in said:
        pages.text(text)
        pages.space(1)


def _beside(pages: Pages, answer: Answer) -> None:
    """What is no turnover, and is often taken for it."""
    tally = answer.tally
    pages.heading("Beside the turnover")
    fees = (tally.sales.fee_minor, tally.refunds.fee_minor)
    _pair(pages, "Fees of the wallet company", _money(answer, sum(fees)))
    if fees[1]:
        _pair(pages, "of them given back with refunds", _money(answer, fees[1]))
    _pair(pages, "Paid out to the bank", _money(answer, answer.paid_out_minor))
    for currency, count in answer.others:
        _pair(pages, f"Receipts in {currency}, not in this paper", str(count))
    personal = answer.personal
    if personal is not None:
        _pair(
            pages,
            f"Personal: received, {personal.received} transfers",
            _money(answer, personal.received_minor),
        )
        _pair(pages, f"Personal: sent, {personal.sent} transfers", _money(answer, personal.sent_minor))
    pages.space(1)
    pages.text(PERSONAL_IS_OUT if personal is None else PERSONAL_IS_IN, size=8, colour=MUTED)


def _proof(pages: Pages, answer: Answer) -> None:
    pages.heading("How to check it")
    pages.text(
        f"The file {answer.csv_name} beside this paper lists each receipt with its number, time, parts and "
        "hash. Its own hash (SHA-256) is:"
    )
    pages.text(answer.csv_sha256, font=BOLD, size=8)
    pages.text(
        f"{answer.journals} journals of the ledger stand behind these receipts. "
        f"Table of tax rates: version {answer.rate_table}."
    )


def _row(pages: Pages, answer: Answer, name: str, minor: Sequence[int], *, font: str = REGULAR) -> None:
    amounts = [_money(answer, each) for each in (*minor, sum(minor))]
    pages.cells(_columns(name, amounts), font=font)


def _columns(name: str, amounts: Sequence[str]) -> list[tuple[str, float]]:
    rights = [RIGHT - place * _COLUMN for place in reversed(range(len(amounts)))]
    return [(name, rights[0] - _COLUMN), *zip(amounts, rights, strict=True)]


def _counted(tally: Tally) -> str:
    """How many receipts of each kind: "3 of sales and 2 of refunds"."""
    sales, refunds = f"{tally.sales.receipts} of sales", f"{tally.refunds.receipts} of refunds"
    if not tally.corrections.receipts:
        return f"{sales} and {refunds}"
    return f"{sales}, {refunds} and {tally.corrections.receipts} of corrected tax"


def _pair(pages: Pages, name: str, value: str, font: str = REGULAR) -> None:
    pages.cells([(name, _NAMES), (value, RIGHT)], font=font)


def _money(answer: Answer, minor: int) -> str:
    return display(minor, answer.currency)
