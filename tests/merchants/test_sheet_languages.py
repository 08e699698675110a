"""Every language of the table on every sheet: it fits, nothing overlaps, it is scanned and read back."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from merchants.core.instructions import SHEET_WORDS, code_note, instruction, language_of
from merchants.core.picture import Picture
from merchants.core.places import CURRENCY_OF
from merchants.sheets import SHEETS, drawing
from merchants.sheets.base import SheetText
from merchants.sheets.lettering import Lettering
from tests.merchants.test_sheet_logos import logo_of
from tests.merchants.test_sheet_scripts import picture_words
from tests.pixels import code_box, codes_in
from tests.posters import CAFE, FULL, LINK, PDFS, pixels_of, words_on

# A shop's name and place as they are written there; elsewhere the sample's own.
SHOPS = {
    "ar": ("مقهى ومخبز الصباح الجديد", "شارع الحمراء 12، الطابق الثالث، بيروت"),
    "el": ("Καφενείο Ωραία Θέα", "Οδός Ερμού 12, 105 63 Αθήνα"),
    "hi": ("राष्ट्रीय चाय और नाश्ते की दुकान", "कनॉट प्लेस, नई दिल्ली 110001"),
    "ja": ("喫茶店さくら", "東京都千代田区丸の内1丁目"),
    "ru": ("Чайная «Ёлка»", "ул. Пушкина, 12, Москва"),
    "th": ("ร้านกาแฟโบราณ ผู้ใหญ่น้ำ", "ถนนสุขุมวิท 12 เขตวัฒนา กรุงเทพฯ 10110"),
    "vi": ("Trà Quán Sương Mai Phố Cổ", "12 Hàng Bạc, Hoàn Kiếm, Hà Nội"),
    "zh-Hans": ("人民公园茶馆（成都）", "四川省成都市青羊区少城路12号"),
    "zh-Hant": ("人民公園茶館", "香港九龍尖沙咀彌敦道12號"),
}
LEFTWARDS = {"ar"}


def text_in(language: str, base: SheetText = CAFE) -> SheetText:
    """The sample as a branch of that language would have it, English second, and at its longest for FULL."""
    words = SHEET_WORDS[language]
    name, place = SHOPS.get(language, (base.trade_name, base.place))
    others = ("Scan with your phone's camera and pay", "Mit der Handykamera scannen und bezahlen")
    return replace(
        base,
        trade_name=name,
        place=place,
        instruction=tuple(dict.fromkeys((words.instruction, *others))),
        code_note=words.note.format(host="pay.quittance.example.com:8443"),
        language=language,
    )


@dataclass(frozen=True)
class Box:
    """A line's letters on the page, in points."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: "Box") -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        return across > 0.1 and min(self.top, other.top) - max(self.bottom, other.bottom) > 0.1


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Box]]:
    """Collects where each line is drawn: its capitals and tails, and the real ink of what is shaped."""
    boxes: list[Box] = []
    plain = drawing._draw_line

    def note(page: Canvas, words: Lettering, line: int, **place: Any) -> None:
        runs = words.runs(line)
        top = max(run.above if run.glyphs else 0.76 for run in runs) * words.size
        foot = max(run.below if run.glyphs else 0.2 for run in runs) * words.size
        left, baseline = place["left"], place["baseline"]
        one = page.absolutePosition(left, baseline - foot)
        other = page.absolutePosition(left + words.width(line), baseline + top)
        (x0, x1), (y0, y1) = (sorted(pair) for pair in zip(one, other, strict=True))
        boxes.append(Box(x0, y0, x1, y1))
        plain(page, words, line, **place)

    with monkeypatch.context() as patch:
        patch.setattr(drawing, "_draw_line", note)
        yield boxes


@pytest.mark.parametrize("language", SHEET_WORDS)
@pytest.mark.parametrize("kind", PDFS)
def test_every_language_fits_every_sheet_and_scans(
    kind: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = text_in(language)
    with watched(monkeypatch) as boxes:
        content = SHEETS[kind].draw(LINK, text).content
    page: Any = PdfReader(BytesIO(content)).pages[0]
    width, height = (float(side) for side in page.mediabox[2:])
    three_mm = 3 / 25.4 * 72
    assert len(boxes) >= 5
    for box in boxes:
        assert box.left >= three_mm and box.bottom >= three_mm, box
        assert box.right <= width - three_mm and box.top <= height - three_mm, box
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]
    picture = pixels_of(kind, content)
    assert codes_in(picture) == [LINK]
    assert_quiet_zone_is_white(picture)


def assert_quiet_zone_is_white(picture: Image.Image) -> None:
    left, top, right, bottom = code_box(picture)
    quiet = 4 * (right - left) / 41 - 2
    around = picture.crop((int(left - quiet), int(top - quiet), int(right + quiet), int(bottom + quiet)))
    ImageDraw.Draw(around).rectangle(
        (quiet - 2, quiet - 2, around.width - quiet + 2, around.height - quiet + 2), 255
    )
    assert around.getextrema() == (255, 255), "the quiet zone is white paper"


LONG = {
    "Thai": ("ร้านกาแฟโบราณ ผู้ใหญ่น้ำ ที่นี่ " * 3, "ที่ผู้ใหญ่ปั้นน้ำ " * 7),
    "Devanagari": ("राष्ट्रीय चाय और शृंगार की दुकान र्कि हूँ " * 2, "कनॉट प्लेस, र्कि हूँ दिल्ली " * 5),
    "Arabic": ("مُحَمَّدٌ وإِلٰهيّ مقهى ومخبز الصباح " * 3, "شارعُ الحمراءِ إلى الطّابق " * 5),
    "Chinese": ("人民公園茶館（成都）" * 9, "四川省成都市青羊區少城路12號" * 5),
}


@pytest.mark.parametrize("logo", [None, logo_of()], ids=["bare", "logo"])
@pytest.mark.parametrize(("name", "place"), LONG.values(), ids=LONG)
@pytest.mark.parametrize("kind", PDFS)
def test_long_names_in_tall_scripts_keep_to_their_room(
    kind: str, name: str, place: str, logo: Picture | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = replace(text_in("th"), trade_name=name, place=place, label="ผู้ใหญ่น้ำ ที่นี่ " * 2, logo=logo)
    with watched(monkeypatch) as boxes:
        content = SHEETS[kind].draw(LINK, text).content
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]
    picture = pixels_of(kind, content)
    assert codes_in(picture) == [LINK]
    assert_quiet_zone_is_white(picture)


@pytest.mark.parametrize("language", SHOPS)
@pytest.mark.parametrize("kind", PDFS)
def test_a_logo_and_names_in_any_script_keep_apart(
    kind: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    logos: list[Box] = []

    def note(
        page: Canvas, logo: Picture, *, left: float, bottom: float, size: Any, grey: bool = False
    ) -> None:
        (x0, y0), (x1, y1) = (
            page.absolutePosition(left, bottom),
            page.absolutePosition(left + size[0], bottom + size[1]),
        )
        logos.append(Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))

    monkeypatch.setattr(SHEETS[kind], "draw_logo", note)
    with watched(monkeypatch) as boxes:
        SHEETS[kind].draw(LINK, replace(text_in(language), logo=logo_of()))
    assert len(logos) == {"a4": 1, "tent": 4, "sticker": 12, "roll": 1}[kind]
    assert not [(logo, box) for logo in logos for box in boxes if logo.overlaps(box)]
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]


@pytest.mark.parametrize("language", SHEET_WORDS)
def test_every_sentence_is_on_the_poster_in_plain_text(language: str) -> None:
    text, words = text_in(language), SHEET_WORDS[language]
    content = SHEETS["a4"].draw(LINK, text).content
    reader = PdfReader(BytesIO(content))
    root: dict[str, Any] = reader.root_object
    assert root["/Lang"] == language
    copied, said = picture_words(content), words_on(content)
    for part in (text.trade_name, text.place, text.instruction[0], words.check_words, words.caution):
        for page in (said, copied):
            if (
                language in LEFTWARDS
            ):  # each word is right; their order on a line is not every reader's to know
                assert all(word in page for word in re.findall(r"\w{3,}", part))
            else:
                assert_said(part, page)
    assert "tulip hammer" in said and SHEET_WORDS["en"].caution in said


def assert_said(part: str, page: str) -> None:
    """A long sentence may be in two lines, which a reader joins with a blank, also where none was."""
    assert part.replace(" ", "") in page.replace(" ", ""), part


@pytest.mark.parametrize("country", CURRENCY_OF)
def test_the_sheets_of_every_country_can_be_printed(country: str) -> None:
    text = replace(
        FULL,
        instruction=instruction(country),
        code_note=code_note(country, host="pay.quittance.example.com:8443"),
        language=language_of(country),
    )
    for kind in PDFS:
        content = SHEETS[kind].draw(LINK, text).content
        for sentence in instruction(country)[: 1 if kind == "sticker" else None]:
            assert_said(sentence, words_on(content))


_LETTERS = "Kafé Ёлка Θέα ỂỖ 北京茶馆（） ไก่น้ำผู้ คดี क्षत्रिय दुकान مقهى الصباح קפה 12.·&"


@given(
    st.lists(st.sampled_from(_LETTERS.split()), min_size=1, max_size=12),
    st.sampled_from(list(SHEET_WORDS)),
    st.sampled_from(list(PDFS)),
)
@settings(max_examples=40, deadline=None)
def test_a_name_of_any_mixture_is_printed_and_scans(words: list[str], language: str, kind: str) -> None:
    text = replace(text_in(language), trade_name=" ".join(words))
    assert codes_in(pixels_of(kind, SHEETS[kind].draw(LINK, text).content)) == [LINK]
