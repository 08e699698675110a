"""Every sheet scans as it is met: clean, from a coarse printer, crooked, out of focus, and partly covered.

Covered means 15 % of the code's own area in one piece or two, clear of the three finder patterns, which no
error correction can replace. Not promised, and measured to fail: the same area as one strip from side to
side, which touches more than the 48 of 172 code words that level Q can restore.
"""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from merchants.qr.link import link, make_token
from merchants.sheets import SHEETS
from tests.pixels import code_box, codes_in
from tests.posters import CAFE, KEY, LINK, PDFS, pixels_of

Rectangle = tuple[float, float, float, float]

_SQUARE, _HALF = 0.15**0.5, 0.075**0.5
# Left, top, width, height in sides of the code. A finder pattern and its edge take 9 of 41 modules.
PLACES: dict[str, list[Rectangle]] = {
    "middle": [(0.31, 0.31, _SQUARE, _SQUARE)],
    "top": [(0.24, 0, 0.52, 0.15 / 0.52)],
    "left": [(0, 0.24, 0.15 / 0.52, 0.52)],
    "right": [(0.74, 0.26, 0.26, 0.15 / 0.26)],
    "foot": [(0.26, 0.74, 0.15 / 0.26, 0.26)],
    "lower right": [(1 - _SQUARE, 1 - _SQUARE, _SQUARE, _SQUARE)],
    "two spots": [(0.3, 0.3, _HALF, _HALF), (1 - _HALF, 1 - _HALF, _HALF, _HALF)],
}


def sheet_pixels(kind: str, address: str = LINK, *, dpi: int = 150) -> Image.Image:
    """One code of a sheet in grey at `dpi`; the two bare codes are printed 60 mm wide."""
    picture = pixels_of(kind, SHEETS[kind].draw(address, CAFE).content)
    if kind in PDFS:
        size = (picture.width * dpi // 150, picture.height * dpi // 150)
    else:
        size = (round(60 / 25.4 * dpi), round(60 / 25.4 * dpi))
    return picture.resize(size, Image.Resampling.BOX)


def covered(picture: Image.Image, places: list[Rectangle], shade: int) -> Image.Image:
    """The picture with a patch of `shade` over these places of its code."""
    left, top, right, _ = code_box(picture)
    side = right - left
    picture = picture.copy()
    for x, y, width, height in places:
        corner = left + x * side, top + y * side
        patch = (*corner, corner[0] + width * side, corner[1] + height * side)
        ImageDraw.Draw(picture).rectangle(patch, fill=shade)
    return picture


def test_the_patches_are_15_percent_and_leave_the_finder_patterns_free() -> None:
    side = 820
    finders = Image.new("L", (side, side), 0)
    for corner in ((0, 0), (side * 33 // 41, 0), (0, side * 33 // 41)):
        far = corner[0] + side * 8 // 41 - 1, corner[1] + side * 8 // 41 - 1
        ImageDraw.Draw(finders).rectangle((*corner, *far), fill=255)
    for name, places in PLACES.items():
        patches = Image.new("L", (side, side), 0)
        for x, y, width, height in places:
            corners = (x * side, y * side, (x + width) * side - 1, (y + height) * side - 1)
            ImageDraw.Draw(patches).rectangle(corners, fill=255)
        assert patches.histogram()[255] / side**2 == pytest.approx(0.15, abs=0.003), name
        both = Image.composite(patches, Image.new("L", (side, side), 0), finders)
        assert both.histogram()[255] == 0, name


@pytest.mark.parametrize("dpi", [300, 150, 100])
@pytest.mark.parametrize("kind", SHEETS)
def test_a_clean_sheet_scans_from_a_fine_and_from_a_coarse_printer(kind: str, dpi: int) -> None:
    assert codes_in(sheet_pixels(kind, dpi=dpi)) == [LINK]


@pytest.mark.parametrize("degrees", [7, 45, 90, 180, -33])
@pytest.mark.parametrize("kind", SHEETS)
def test_a_crooked_sheet_scans(kind: str, degrees: int) -> None:
    picture = sheet_pixels(kind).rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    assert codes_in(picture) == [LINK]


@pytest.mark.parametrize("kind", SHEETS)
def test_a_blurred_faint_sheet_scans(kind: str) -> None:
    """Out of focus by about half a module, and only 20 % contrast left, as behind a dirty window."""
    picture = sheet_pixels(kind)
    left, _, right, _ = code_box(picture)
    blur = (right - left) / 41 * (0.5 if kind == "a4" else 0.4)
    picture = picture.filter(ImageFilter.GaussianBlur(blur))
    assert codes_in(picture) == [LINK]
    assert codes_in(picture.point([150 + shade // 5 for shade in range(256)])) == [LINK]


@pytest.mark.parametrize("shade", [255, 0, 128], ids=["white", "black", "grey"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", SHEETS)
def test_a_code_covered_by_15_percent_scans(kind: str, place: str, shade: int) -> None:
    assert codes_in(covered(sheet_pixels(kind), PLACES[place], shade)) == [LINK]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", SHEETS)
def test_a_covered_code_scans_crooked_and_a_little_out_of_focus(kind: str, place: str) -> None:
    picture = covered(sheet_pixels(kind), PLACES[place], 128)
    picture = picture.rotate(11, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    assert codes_in(picture.filter(ImageFilter.GaussianBlur(1))) == [LINK]


@given(code_id=st.uuids(), place=st.sampled_from(list(PLACES)), shade=st.sampled_from([0, 128, 255]))
@settings(max_examples=60, deadline=None)
def test_any_covered_code_scans(code_id: UUID, place: str, shade: int) -> None:
    address = link("https://pay.example.com", make_token(code_id, key=KEY))
    assert codes_in(covered(sheet_pixels("svg", address), PLACES[place], shade)) == [address]


def test_too_much_covered_is_not_read_as_something_else() -> None:
    """The control of the tests above: a reader that guessed would give a wrong link here, not none."""
    patch = [(0.24, 0.24, 0.76, 0.76)]
    assert codes_in(covered(sheet_pixels("png"), patch, 255)) == []
