"""Every script we promise is printed as its readers write it, can be copied out, and stays in its box."""

import os
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

import merchants
from base.core.errors import Refused
from merchants.sheets import SHEETS
from merchants.sheets.breaks import clusters, pieces
from merchants.sheets.drawing import INK, draw_centred
from merchants.sheets.lettering import BOLD, REGULAR, Lettering, fit, printable
from merchants.sheets.runs import runs_of, width_of
from tests.pixels import codes_in, pdf_pixels
from tests.posters import CAFE, LINK, PDFS, pixels_of, poster, words_on

NAMES = {
    "Cyrillic": "Чайная «Ёлка» Їжак",
    "Chinese": "人民公園茶館（成都）第12号",
    "Japanese": "東京カフェ",
    "Thai": "ร้านกาแฟโบราณ ที่นี่",
    "Devanagari": "राष्ट्रीय चाय की दुकान",
    "Arabic": "قهوة",
    "Hebrew": "קפה",
    "mixed": "Café 北京 ไทย हिन्दी",
}


def picture_words(content: bytes) -> str:
    """The page's text as a browser copies it."""
    document = pypdfium2.PdfDocument(content)
    try:
        return " ".join(str(document[0].get_textpage().get_text_range()).split())
    finally:
        document.close()


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("kind", PDFS)
def test_a_name_in_any_script_is_on_every_sheet_and_can_be_copied(kind: str, name: str) -> None:
    content = SHEETS[kind].draw(LINK, replace(CAFE, trade_name=name)).content
    for said in (words_on(content), picture_words(content)):
        assert name in said and "tulip hammer" in said
    assert codes_in(pixels_of(kind, content)) == [LINK]
    assert len(content) < 130_000, "subsets: the Chinese font alone has 4 MB"


def test_a_whole_arabic_line_is_copied_in_its_order() -> None:
    """Each word reads right in every reader; their order on a line is the browser's to know."""
    name = "مقهى الصباح شارع الحمراء"
    content = poster(replace(CAFE, trade_name=name))
    assert name in picture_words(content)
    assert set(name.split()) <= set(words_on(content).split())


def test_letters_join_and_stack() -> None:
    (beh,) = runs_of("ببب", REGULAR)
    assert len({glyph.index for glyph in beh.glyphs}) == 3, "a first, a middle and a last form"
    alone = sum(width_of("ب", REGULAR) for _ in range(3))
    assert beh.width < alone * 0.8
    (ksha,), (ka,) = runs_of("क्ष", REGULAR), runs_of("क", REGULAR)
    assert len(ksha.glyphs) == len(ka.glyphs) == 1, "three characters, one shape"
    (ki,) = runs_of("कि", REGULAR)
    assert ki.glyphs[1].index == ka.glyphs[0].index, "this vowel is written before its letter"
    (low,), (high,) = runs_of("ก่", REGULAR), runs_of("กี่", REGULAR)
    tones = low.glyphs[-1], high.glyphs[-1]
    assert high.above > 1 > low.above and tones[0] != tones[1], "the tone goes over the vowel"


def test_lines_from_right_to_left() -> None:
    """The order on paper, after Unicode's UAX 9, brackets turned towards what they enclose."""

    def printed(line: str, leftwards: bool) -> str:
        return "".join(run.text for run in runs_of(line, REGULAR, leftwards))

    assert printed("אב גד", True) == "דג בא"
    assert printed("אב (גד) 12/5", True) == "12/5 (דג) בא"
    assert printed("אב (Bar)", True) == "(Bar) בא"
    assert printed("Café (אב)", False) == "Café (בא)"
    assert printed("Café: אב, 12", False) == "Café: 12 ,בא"
    assert printed("«אב» 5>3", True) == "3<5 «בא»"


def test_a_line_is_centred_whatever_its_direction() -> None:
    for name in ("مقهى (الصباح) 12", "Café 北京 ไทย हिन्दी", "茶館"):
        file = BytesIO()
        page = Canvas(file, invariant=1, pagesize=(500, 100))
        words = fit(printable(name), font=BOLD, width=400, steps=((1, 30, 10),))
        draw_centred(page, words, middle=250, top=80, colour=INK)
        page.save()
        ink = pdf_pixels(file.getvalue(), dpi=144).point(lambda shade: 255 * (shade < 128)).getbbox()
        assert ink is not None
        assert (ink[0] + ink[2]) / 4 == pytest.approx(250, abs=2.5)
        assert (ink[2] - ink[0]) / 2 == pytest.approx(words.width(0), abs=5)


@pytest.mark.parametrize("weight", [REGULAR, BOLD])
@pytest.mark.parametrize(
    "line",
    ["ที่นี่ ผู้ใหญ่ น้ำ เปี๊ยะ ปั้น ญู", "क्षत्रिय राष्ट्र शृंगार र्कि हूँ", "مُحَمَّدٌ إِلٰه قهوجي", "שָׁלוֹם לְךָ", "人民公園茶館", "Égy"],
)
def test_the_ink_of_a_line_stays_between_its_neighbours(line: str, weight: str) -> None:
    file = BytesIO()
    page = Canvas(file, invariant=1, pagesize=(900, 300))
    words = Lettering((line,), weight, 40, False)
    bottom = draw_centred(page, words, middle=450, top=200, colour=INK)
    page.save()
    ink = pdf_pixels(file.getvalue(), dpi=144).point(lambda shade: 255 * (shade < 128)).getbbox()
    assert ink is not None
    assert ink[1] / 2 >= 100 - 1 and ink[3] / 2 <= 300 - bottom + 1


def test_tall_letters_take_no_more_room_than_plain_ones_would() -> None:
    steps = ((1, 40, 20), (2, 20, 10))
    plain, tall = (fit(name, font=BOLD, width=900, steps=steps) for name in ("Hanoi", "ผู้ใหญ่น้ำ"))
    assert (plain.size, len(tall.lines)) == (40, 1) and 30 < tall.size < 40
    assert plain.height == pytest.approx(40 * 1.18) and tall.height <= plain.height


def test_chinese_wraps_between_characters_and_keeps_its_punctuation() -> None:
    name = "北京市东城区（王府井）人民公园，茶馆。" * 3
    words = fit(printable(name), font=BOLD, width=200, steps=((9, 20, 20),))
    assert "".join(words.lines) == name and len(words.lines) > 3
    assert not any(line[0] in "），。" or line[-1] == "（" for line in words.lines)
    assert pieces("Café 北京 Bar") == ["Café ", "北", "京 ", "Bar"]


def test_a_word_that_must_be_cut_keeps_its_letters_whole() -> None:
    assert clusters("ที่เกิดน้ำ") == ["ที่", "เกิ", "ด", "น้ำ"]
    assert clusters("क्षत्रिय") == ["क्ष", "त्रि", "य"]
    long = fit(printable("ร้านกาแฟโบราณที่นี่" * 4), font=BOLD, width=200, steps=((9, 20, 20),))
    assert len(long.lines) > 2 and all(line[0] not in "ะาำ\u0e35\u0e48" for line in long.lines)
    with pytest.raises(Refused, match="sheet_text_too_long"):
        fit(printable("ب" * 200), font=BOLD, width=200, steps=((9, 20, 20),))


@given(st.text(alphabet="ab 北京，（)ไก่น้ำक्षि.", max_size=40), st.integers(60, 300))
def test_no_letter_is_lost_and_no_line_is_too_wide(text: str, width: int) -> None:
    text = " ".join(text.split())
    assert "".join(pieces(text)) == text and "".join(clusters(text)) == text
    words = fit(text, font=BOLD, width=width, steps=((1, 40, 20), (60, 20, 10)))
    assert "".join(words.lines).replace(" ", "") == text.replace(" ", "")
    assert all(words.width(i) <= width + 0.001 for i in range(len(words.lines)))


def test_what_was_drawn_before_changes_no_byte_of_a_shaped_sheet() -> None:
    text = replace(CAFE, trade_name="Café 北京 ไทย क्षत्रिय مقهى")
    program = (
        "import sys; from dataclasses import replace; from tests.posters import CAFE, poster\n"
        f"sys.stdout.buffer.write(poster(replace(CAFE, trade_name={text.trade_name!a})))"
    )
    poster(replace(CAFE, trade_name="राष्ट्र ببب ที่"))
    alone = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(merchants.__file__).parents[1])},
        capture_output=True,
        check=True,
    )
    assert alone.stdout == poster(text)


def test_fonts_of_other_scripts_are_embedded_only_where_they_are_needed() -> None:
    def families(name: str) -> set[str]:
        (page,) = PdfReader(BytesIO(poster(replace(CAFE, trade_name=name)))).pages
        resources: Any = page["/Resources"]
        fonts: list[Any] = [font.get_object() for font in resources["/Font"].values()]
        return {font["/BaseFont"].split("+")[1] for font in fonts if "+" in font["/BaseFont"]}

    plain = {"DejaVuSans", "DejaVuSans-Bold"}
    assert families("Café") == plain
    assert families("茶館") == plain | {"DroidSansFallback"}
    assert families("ที่ चाय قهوة") == plain | {
        f"NotoSans{script}-Bold" for script in ("Thai", "Devanagari", "Arabic")
    }
