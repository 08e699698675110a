"""The stylesheets and pictures: what is not ours is unchanged, and nothing is fetched from outside."""

import hashlib
import json
import re
import struct
from pathlib import Path

from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "config" / "static"
TEMPLATES = Path(settings.BASE_DIR) / "config" / "templates"


def test_vendored_files_are_the_released_ones() -> None:
    listed = dict(
        re.findall(r"^file\s+(\S+)$.*?^sha256\s+([0-9a-f]{64})$", _text("vendor/VENDORED.txt"), re.M | re.S)
    )
    present = {path.name for path in (STATIC / "vendor").iterdir()} - {"VENDORED.txt"}
    assert set(listed) == present
    for name, digest in listed.items():
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest, name


def test_each_vendored_file_names_version_source_and_licence() -> None:
    for entry in _text("vendor/VENDORED.txt").split("\n\n")[1:]:
        assert {line.split()[0] for line in entry.strip().splitlines()} == {
            "file",
            "what",
            "from",
            "licence",
            "sha256",
        }
        assert re.search(r"\d+\.\d+\.\d+", entry)


def test_our_stylesheets_ask_for_nothing() -> None:
    for sheet in ("house.css", "till.css"):
        assert "url(" not in _text(sheet)
        assert "@import" not in _text(sheet)


def test_each_colour_has_a_dark_sister() -> None:
    css = _text("house.css")
    light, dark = css.split("@media only screen and (prefers-color-scheme: dark)")
    dark = dark[: dark.index(":root:not([data-theme])")]
    tokens = set(re.findall(r"(--[a-z-]+):", light))
    assert len(tokens) > 20
    assert tokens == set(re.findall(r"(--[a-z-]+):", dark))


def test_outside_the_tokens_no_screen_colour_is_spelled_out() -> None:
    rules = (
        _text("house.css")
        .split("/* ---------- text ---------- */")[1]
        .split("/* ---------- print ---------- */")[0]
    )
    # Black and white of a printed code, the transparency of the torn edge, and a shadow of ink.
    spelled = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", rules + _text("till.css"))) - {"#fff", "#000", "#0000"}
    assert spelled == set()


def test_every_class_of_our_templates_has_a_rule() -> None:
    css = _text("house.css") + _text("till.css") + _text("vendor/pico.min.css")
    for path in TEMPLATES.rglob("*.html"):
        markup = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text(), flags=re.S)
        for name in {name for value in re.findall(r'class="([^"]*)"', markup) for name in value.split()}:
            assert re.search(rf"\.{re.escape(name)}\b", css) or name == "plain", f"{path.name}: {name}"


def test_the_manifest_names_pictures_of_the_stated_size() -> None:
    for icon in json.loads(_text("manifest.webmanifest"))["icons"]:
        picture = (STATIC / icon["src"]).read_bytes()
        if icon["type"] == "image/png":
            assert "{}x{}".format(*struct.unpack(">II", picture[16:24])) == icon["sizes"]
        else:
            assert picture.startswith(b"<svg")


def test_the_first_page_of_a_payer_stays_light() -> None:
    sent = sum((STATIC / name).stat().st_size for name in ("house.css", "vendor/pico.min.css", "icon.svg"))
    assert sent < 110_000  # before compression, which takes Pico to 12 KB; look.md: under 100 KB on the wire


def _text(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")
