"""A receipt as a mail: a fixed letter around the receipt's own text, plain, nothing a link could hide in.

The shop's name and its lines are text that somebody typed: each goes on one line, without signs that cannot
be seen, and without the beginning of an address, so that no till can make an advertisement of it.
"""

import re
import unicodedata
from dataclasses import dataclass
from textwrap import wrap

from payments.papers.receipt_text import Body, receipt_text
from payments.papers.rows import Row

WIDTH = 62  # columns, narrow enough for every mail program
NAME_LENGTH = 60
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|www\.|mailto:", re.IGNORECASE)
_JOINERS = {"\N{ZERO WIDTH NON-JOINER}", "\N{ZERO WIDTH JOINER}"}
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Letter:
    """subject: one line. body: plain text."""

    subject: str
    body: str


def receipt_mail(body: Body, link: str, *, is_own: bool, signed: str = "") -> Letter:
    """The letter with one receipt; body as in `payments.core.receipt`, link: what its code opens.

    signed: key and beginning of its signature (`Signed.short`), as on page and PDF.
    is_own: its payer asked for it; else somebody gave the address at the till.
    """
    text = receipt_text(body)
    name = harmless(text.trade_name, NAME_LENGTH)
    what = "refund receipt" if text.is_refund else "receipt"
    head = (text.trade_name, text.legal_name, text.place, text.tax_number, text.when, text.spot)
    paper = [
        f"{text.title} {text.number}",
        "",
        *(line for part in head if part for line in _wrapped(part)),
        "",
    ]
    paper += [line for row in text.rows for line in _row(row)]
    paper += ["", text.stamp, *text.notes]
    if text.reference:
        paper += _wrapped(f"Reference {text.reference}")
    paper += [f"Payment {text.payment}"]
    if signed:
        paper += [f"Signed {signed}"]
    asked = "You asked for" if is_own else f"Somebody gave this address at the till of {name} for"
    return Letter(
        subject=f"Your {what} {text.number} from {name}",
        body="\n".join(
            [
                f"Good day,\n\nthis is your {what} from {name}.\n",
                *paper,
                "",
                "See its state now, verify its signature, or keep it as PDF:",
                link,
                "",
                *wrap(f"{asked} this one mail. If that was not you, do nothing.", WIDTH),
                "We never ask for your password or your PIN by email.",
                "",
            ]
        ),
    )


def harmless(text: str, length: int) -> str:
    """On one line, of what can be seen, no address in it, at most `length` characters."""
    seen = (" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    plain = "".join(c for c in seen if c in _JOINERS or unicodedata.category(c)[0] != "C")
    while _ADDRESS.search(plain):  # taking one out may put another together
        plain = _ADDRESS.sub("", plain)
    folded = " ".join(plain.split())
    return folded if len(folded) <= length else folded[: length - 1].rstrip() + _CUT


def _row(row: Row) -> list[str]:
    """A text, over as many lines as it needs, with its amount at the right of the last one."""
    room = WIDTH - len(row.amount) - 2
    lines = wrap(harmless(row.text, 200), room) or [""]
    lines[-1] = f"{lines[-1]:<{room}}  {row.amount}"
    rule = ["-" * WIDTH] if row.kind == "total" else []
    return [*rule, *lines, *(f"  {line}" for line in wrap(row.note, WIDTH - 2))]


def _wrapped(text: str) -> list[str]:
    return wrap(harmless(text, 200), WIDTH)
