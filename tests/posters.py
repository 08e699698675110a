"""Sample sheets for the tests: an ordinary one, and one whose every text is as long as its box allows."""

from dataclasses import replace
from io import BytesIO
from typing import Any
from uuid import UUID

from PIL import Image
from pypdf import PdfReader

from merchants.core.words import words_of
from merchants.qr.link import LinkKey, link, make_token
from merchants.sheets import SHEETS
from merchants.sheets.base import SheetText
from tests.pixels import image_of, pdf_pixels, svg_pixels

# How many codes stand on a page, across and down.
PDFS = {"a4": (1, 1), "tent": (2, 2), "sticker": (3, 4), "roll": (1, 1)}
CODE_ID = UUID("0190b1c2-1111-7222-8333-444455556666")
KEY = LinkKey(1, b"k" * 32)
LINK = link("https://pay.example.com", make_token(CODE_ID, key=KEY))
CAFE = SheetText(
    trade_name="Café Morgenrot",
    place="Torstraße 12, 10119 Berlin",
    label="Counter",
    till="Till 3",
    check_words=words_of(CODE_ID),
    instruction=("Mit der Kamera scannen", "Scan with your camera"),
    code_note="Öffnet pay.example.com. Keine App nötig.",
    language="de",
)
FULL = replace(  # every text as long as its box allows
    CAFE,
    trade_name="The Worshipful Company of Very Long Trading Names and Sons, Purveyors of Fine Teas, Coffees, "
    "Cocoa, Spices and Sundries since 1783 (Holdings) Limited Liability Partnership",
    place="A very long street name that goes on and on 123456, entrance C, third floor to the left behind "
    "the bakery, 10119 Berlin-Charlottenburg",
    label="Counter behind the second pillar",
    till="Till number 3 at the very back of the hall",
    instruction=(
        "Bitte scannen Sie diesen Code mit der Kamera Ihres Telefons oder Tablets",
        "Отсканируйте камерой телефона",
        "Σκανάρετε με την κάμερά σας",
        "Quét mã bằng máy ảnh của bạn",
        "Scan with your camera",
    ),
    code_note="Öffnet https://pay.example.com im Browser Ihres Telefons. Keine App und keine Anmeldung "
    "nötig, wenn Sie schon ein Konto haben; sonst führt die Seite Sie in zwei Minuten hindurch.",
)


def poster(text: SheetText = CAFE, address: str = LINK) -> bytes:
    return SHEETS["a4"].draw(address, text).content


def changed(text: SheetText, change: dict[str, Any]) -> SheetText:
    return replace(text, **change)


def words_on(content: bytes) -> str:
    (page,) = PdfReader(BytesIO(content)).pages
    return " ".join(page.extract_text().split())


def pixels_of(kind: str, content: bytes) -> Image.Image:
    """One code as it is printed at 150 dots an inch: of several the one at the left of the foot."""
    if kind not in PDFS:
        return image_of(content) if kind == "png" else svg_pixels(content, dots_per_unit=6)
    page = pdf_pixels(content, dpi=150)
    columns, rows = PDFS[kind]
    return page.crop((0, page.height * (rows - 1) // rows, page.width // columns, page.height))
