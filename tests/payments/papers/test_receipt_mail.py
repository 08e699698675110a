"""The letter around a receipt: whatever a shop typed, it is plain, and without addresses."""

import re
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from payments.papers.receipt_mail import NAME_LENGTH, WIDTH, harmless, receipt_mail
from taxes.core.lines import PricedLine
from tests.payments.papers.test_receipt_papers import COFFEE, LINK, VAT_19, paper


def test_the_figures_stand_at_the_right() -> None:
    letter = receipt_mail(
        paper(COFFEE, PricedLine("Cake " * 30, "standard", 100, (VAT_19,))), LINK, is_own=False
    )
    lines = letter.body.splitlines()
    ends = [line for line in lines if re.search(r"\d\.\d\d$", line)]
    assert len(ends) >= 4 and {len(line) for line in ends} == {WIDTH}
    assert max(len(line) for line in lines if line != LINK) <= WIDTH
    assert "at the till of Café Morgenrot" in " ".join(lines)
    assert "You asked for this one mail" in receipt_mail(paper(), LINK, is_own=True).body


@given(st.text(max_size=200))
@example("Evil\r\nBcc: all@example.com")
@example("hthttp://tp://evil.example wwwww..evil.example")
@example("\u202egro.live\u200b")
@example("HTTPS://EVIL.EXAMPLE " * 9)
def test_whatever_was_typed_is_harmless(text: str) -> None:
    found = harmless(text, NAME_LENGTH)
    assert len(found) <= NAME_LENGTH and not re.search(r"://|www\.|mailto:", found, re.IGNORECASE)
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} for c in found)
    assert "\n" not in found and "\r" not in found
    letter = receipt_mail(
        paper(PricedLine(text, "standard", 100, (VAT_19,)), trade_name=text), LINK, is_own=False
    )
    assert len(letter.subject) <= 200 and len(letter.subject.splitlines()) == 1
    assert letter.body.count("://") == 1


def test_ordinary_names_stay_as_they_are() -> None:
    for name in ("Café Morgenrot", "Trà Sen Hà Nội", "Bäckerei & Söhne, 3. Stock", "नमस्ते\u200d"):
        assert harmless(name, NAME_LENGTH) == unicodedata.normalize("NFC", name)
