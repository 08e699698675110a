"""What a reader of EMV codes lets pass with a warning, and what it never does."""

import pytest

from base.core.errors import Refused
from merchants.qr import emv
from merchants.qr.crc import crc_text
from merchants.qr.emv_rules import FORMATS
from merchants.qr.profiles.base import Weight
from tests.merchants.qr.answers import lax
from tests.merchants.qr.samples import sample, with_value
from tests.merchants.qr.test_emv_rules import TIPS, WRONG_VALUES


def slips() -> list[tuple[str, str]]:
    """Values that only a writer is told off for."""
    hard = {path for path, wanted in FORMATS.items() if wanted.weight is Weight.WRONG}
    return [(path, value) for path, value in WRONG_VALUES.items() if path not in hard]


@pytest.mark.parametrize(("path", "value"), slips())
def test_what_others_wrote_wrong_but_plain_is_read_with_a_warning(path, value):
    fields = with_value(sample(), path, value)
    if path in TIPS:
        fields["55"] = TIPS[path]
    found = emv.decode(lax(fields))

    assert f"{path} must be {FORMATS[path].words}." in found.warnings
    assert {**found.fields, "63": ""} == {**fields, "63": ""}


@pytest.mark.parametrize(
    ("path", "value", "position"),
    [("00", "02", 4), ("53", "9x8", 78), ("54", "23,72", 85), ("54", "1 000", 85)],
)
def test_an_amount_that_is_none_is_not_read_at_all(path, value, position):
    with pytest.raises(Refused) as no:
        emv.decode(lax(with_value(sample(), path, value)))

    assert (no.value.code, no.value.facts["position"]) == ("qr_malformed", position)


def test_a_late_point_of_initiation_is_read_with_a_warning():
    body = lax(sample())[:-8]
    moved = body[:6] + body[12:] + body[6:12] + "6304"

    assert "01 (point of initiation) must be the second." in emv.decode(moved + crc_text(moved)).warnings


def test_nothing_may_follow_the_crc_nor_stand_in_its_place():
    body = lax(sample())
    for text in (body[:-8], body[:-8] + "6304" + "GHIJ", body + "6405abcde", body[:-8] + "6204" + body[-4:]):
        with pytest.raises(Refused):
            emv.decode(text)


@pytest.mark.parametrize(
    "change",
    [lambda text: text[:-8], lambda text: text[:-4] + "GHIJ", lambda text: text + "6500"],
)
def test_without_a_crc_at_the_end_the_place_where_it_should_be_is_told(change):
    text = lax(sample())

    with pytest.raises(Refused, match="must end the code") as no:
        emv.decode(change(text))
    assert (no.value.code, no.value.facts["position"]) == ("qr_malformed", len(text) - 8)


@pytest.mark.parametrize("change", [{"59": "Cafe Zentraal"}, {"54": "23.73"}, {"80": "x"}])
def test_another_text_under_the_old_crc_is_damage(change):
    old, new = lax(sample()), lax({**sample(), **change})

    with pytest.raises(Refused) as no:
        emv.decode(new[:-4] + old[-4:])
    assert (no.value.code, no.value.status, no.value.facts["position"]) == ("qr_crc_wrong", 400, len(new) - 4)


def test_damage_is_told_before_what_follows_from_it():
    text = lax(sample())

    with pytest.raises(Refused) as no:
        emv.decode(text[:8] + "9" + text[9:])
    assert no.value.code == "qr_crc_wrong"


def test_a_crc_in_lower_case_is_read_with_a_warning_and_written_in_upper_case():
    fields = next(
        fields
        for fields in ({**sample(), "59": f"Shop {n}"} for n in range(99))
        if not lax(fields)[-4:].isdigit()
    )
    text = lax(fields)
    found = emv.decode(text[:-4] + text[-4:].lower())

    assert found.warnings == ("63 (CRC) is in lower case.",)
    assert found.fields["63"] == text[-4:].lower()
    assert emv.encode(found.fields) == text


def test_a_crc_hidden_in_another_value_is_none():
    body = lax(sample())[:-8] + "80086304"

    with pytest.raises(Refused) as no:
        emv.decode(body + crc_text(body))
    assert no.value.facts["reason"] == "63 (CRC) must be the last."


def test_half_a_character_is_refused_with_its_place():
    with pytest.raises(Refused) as no:
        emv.decode("0002015902a\ud800")

    assert (no.value.code, no.value.facts["position"]) == ("qr_malformed", 11)
