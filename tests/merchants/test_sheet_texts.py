"""Hostile and unlucky texts: printed right, or refused by name; never an empty box, never off the sheet."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageDraw
from pypdf import PdfReader

from base.core.errors import Refused
from merchants.sheets import SHEETS
from merchants.sheets.lettering import BOLD, REGULAR, fit, printable
from tests.pixels import codes_in, pdf_pixels
from tests.posters import CAFE, FULL, LINK, PDFS, changed, pixels_of, poster, words_on

TEXT_FIELDS = ("trade_name", "place", "label", "till", "code_note")


@pytest.mark.parametrize("field", TEXT_FIELDS)
@pytest.mark.parametrize(
    ("bad", "named"),
    [
        ("찻집", "U+CC3B HANGUL SYLLABLE CAS"),
        ("ហាង", "U+17A0 KHMER LETTER HA"),
        ("தேநீர்", "U+0BA4 TAMIL LETTER TA"),
        ("Party 🎉", "U+1F389 PARTY POPPER"),
        ("A\u0e35", "U+0E35 THAI CHARACTER SARA II"),
        ("\u093f\u0915", "U+093F DEVANAGARI VOWEL SIGN I"),
        ("क\u0902\u093f", "U+093F DEVANAGARI VOWEL SIGN I"),
        ("ก" + "\u0e49" * 5, "U+0E49 THAI CHARACTER MAI THO"),
        ("چ\u0651\u200d", "U+200D ZERO WIDTH JOINER"),
        ("\u061c12", "U+061C ARABIC LETTER MARK"),
        ("\u200f12", "U+200F RIGHT-TO-LEFT MARK"),
        ("\ufe8f", "U+FE8F ARABIC LETTER BEH ISOLATED FORM"),
        ("Café\u202etorne", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("Café\u2066x", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("A\u200bB", "U+200B ZERO WIDTH SPACE"),
        ("A\xadB", "U+00AD SOFT HYPHEN"),
        ("nul\x00", "U+0000 unnamed"),
        ("Z\u0336a\u0336", "U+0336 COMBINING LONG STROKE OVERLAY"),
        ("\ud800", "U+D800 unnamed"),
        ("\ue000", "U+E000 unnamed"),
    ],
)
def test_what_cannot_be_printed_is_refused_by_name(field: str, bad: str, named: str) -> None:
    with pytest.raises(Refused) as no:
        poster(changed(CAFE, {field: bad}))
    assert (no.value.code, no.value.status) == ("sheet_script_unsupported", 422)
    assert named in no.value.facts["characters"] and named in no.value.message
    assert no.value.message.isprintable(), "the characters are named, not repeated"


@pytest.mark.parametrize("kind", PDFS)
def test_no_pdf_prints_what_it_cannot_or_what_does_not_fit(kind: str) -> None:
    for change, code in (
        ({"trade_name": "찻집"}, "sheet_script_unsupported"),
        ({"instruction": ("찻집",)}, "sheet_script_unsupported"),
        ({"trade_name": "W" * 900}, "sheet_text_too_long"),
    ):
        with pytest.raises(Refused, match=code):
            SHEETS[kind].draw(LINK, changed(CAFE, change))


def test_instructions_and_check_words_are_checked_too() -> None:
    for change in (
        {"instruction": ("Scan", "찻집")},
        {"instruction": ("찻집",)},
        {"check_words": ("찻", "tea")},
    ):
        with pytest.raises(Refused, match="sheet_script_unsupported"):
            poster(changed(CAFE, change))


def test_a_bare_code_is_drawn_for_every_script() -> None:
    for kind in ("svg", "png"):
        sheet = SHEETS[kind].draw(LINK, replace(CAFE, trade_name="찻집 🎉", label="", till=""))
        assert codes_in(pixels_of(kind, sheet.content)) == [LINK]
        assert sheet.file_name == f"quittance.{kind}"


def test_markup_is_only_letters() -> None:
    name = "<script>alert(1)</script> <b>&amp; (Tom) \\ %s {x}"
    assert name in words_on(poster(replace(CAFE, trade_name=name)))


def test_decomposed_letters_and_line_breaks_are_tidied() -> None:
    assert poster(replace(CAFE, trade_name=" Cafe\u0301\n\tMorgenrot\u2028")) == poster()


@pytest.mark.parametrize(
    "change",
    [
        {"trade_name": "W" * 90},
        {"trade_name": "ỂỖ" * 40, "place": "x" * 130},
        {"trade_name": "a " * 100},
        {"trade_name": "", "place": "", "label": "", "till": "", "code_note": ""},
        {"label": "M" * 40, "till": "M" * 20},
    ],
)
def test_nothing_leaves_the_frame_or_touches_its_neighbour(change: dict[str, str]) -> None:
    text = changed(FULL, change)
    content = poster(text)
    assert ink_outside_the_frame(content) == 0
    assert codes_in(pdf_pixels(content, dpi=150)) == [LINK]
    boxes = sorted(lines_of(content))
    assert len(boxes) >= 8
    for (bottom, _), (_, top) in zip(boxes[1:], boxes, strict=False):
        assert bottom >= top - 0.5, f"lines overlap at {bottom / 72 * 25.4:.0f} mm"


def ink_outside_the_frame(content: bytes) -> int:
    """Dark pixels left or right of the text column (22 mm), above or below it (12 mm)."""
    picture = pdf_pixels(content, dpi=100)
    side, end = int(21.5 / 25.4 * 100), int(12 / 25.4 * 100)
    ImageDraw.Draw(picture).rectangle((side, end, picture.width - side, picture.height - end), 255)
    return sum(picture.histogram()[:128])


def lines_of(content: bytes) -> Iterator[tuple[float, float]]:
    """(lowest, highest) point of the small letters of each centred line, from the page's foot."""
    found: dict[float, float] = {}

    def visit(text: str, _cm: object, matrix_: list[float], _font: object, size: float) -> None:
        if text.strip() and "Quittance" not in text:
            found[matrix_[5]] = max(size, found.get(matrix_[5], 0))

    (page,) = PdfReader(BytesIO(content)).pages
    page.extract_text(visitor_text=visit)
    for baseline, size in found.items():
        yield baseline - 0.05 * size, baseline + 0.55 * size


def test_a_text_that_cannot_fit_is_refused_not_cut() -> None:
    for field in TEXT_FIELDS:
        with pytest.raises(Refused) as no:
            poster(changed(CAFE, {field: "Endless words " * 60}))
        assert (no.value.code, no.value.status) == ("sheet_text_too_long", 422)


@given(st.text(alphabet="Wil ếЖ-.", max_size=60), st.integers(60, 400))
def test_fitted_lines_keep_every_letter_and_the_width(text: str, width: int) -> None:
    from_font = fit(printable(text), font=BOLD, width=width, steps=((1, 40, 20), (60, 20, 10)))
    assert "".join(from_font.lines).replace(" ", "") == text.replace(" ", "")
    again = fit(" ".join(from_font.lines), font=BOLD, width=width, steps=((60, int(from_font.size), 10),))
    assert len(again.lines) <= len(from_font.lines)


def test_a_short_name_is_larger_than_a_long_one_and_lines_are_even() -> None:
    short, long = (
        fit(name, font=REGULAR, width=300, steps=((1, 40, 20), (3, 20, 10))) for name in ("Bar", "Bar " * 20)
    )
    assert (short.size, len(short.lines)) == (40, 1) and long.size < 40 and len(long.lines) > 1
    lengths = [len(line) for line in long.lines]
    assert max(lengths) - min(lengths) <= 4
