"""What EMVCo forbids is not written, each rule by itself."""

import pytest

from base.core.errors import Refused
from merchants.qr import emv
from merchants.qr.emv_rules import FORMATS
from merchants.qr.profiles.base import tags
from tests.merchants.qr.answers import lax, refused
from tests.merchants.qr.samples import PLAIN, SAMPLES, sample, with_value


@pytest.mark.parametrize("profile", SAMPLES)
def test_a_good_code_of_each_scheme_is_written_and_read_as_that_scheme(profile):
    payload = emv.encode(sample(profile))
    found = emv.decode(payload)

    assert found.profile == profile
    assert found.fields == {**SAMPLES[profile], "63": payload[-4:]}
    assert not [told for told in found.warnings if "allows" not in told]


# One value for each format of the standard that breaks nothing else.
WRONG_VALUES = {
    "00": "02", "01": "10", **dict.fromkeys(tags(2, 25), "4000é"), "52": "41-1", "53": "9 8", "54": "23,72",
    "55": "04", "56": "1,5", "57": "2%", "58": "at", "59": "x" * 26, "60": "x" * 16, "61": "12345678901",
    **{f"62-{tag}": "x" * 26 for tag in tags(1, 8)}, "62-10": "x" * 21, "62-11": "1234",
    "64-00": "DEU", "64-01": "é" * 26, "64-02": "é" * 16,
}  # fmt: skip
TIPS = {"56": "02", "57": "03"}


@pytest.mark.parametrize("path", [path for path in FORMATS if path not in ("63", "62-09")])
def test_a_value_in_another_format_is_not_written(path):
    fields = with_value(sample(), path, WRONG_VALUES[path])
    if path in TIPS:
        fields["55"] = TIPS[path]

    assert refused(fields) == (path, f"{path} must be {FORMATS[path].words}.")


# Every shape that is near a good one: an edit of a pattern shows here.
@pytest.mark.parametrize(
    ("path", "value"),
    [
        *(
            ("54", value)
            for value in ("", ".", ".5", "-1", "+1", "1 0", "1.2.3", "1e3", "٣", "12345678901234")
        ),
        *(("52", value) for value in ("411", "41111", "٤٤٤٤")),
        *(("53", value) for value in ("97", "0978", "000", "999", "EUR")),
        *(("58", value) for value in ("A", "AUT", "XX", "EU", "UK", "À!")),
        *(("59", value) for value in ("", "Café", "a\nb", "最佳运输", "x\x7f")),
        *(("60", value) for value in ("", "São Paulo")),
        *(("01", value) for value in ("", "1", "13", "011")),
        ("05", ""),
        ("26-05", ""),
        ("26-05", "a\x00b"),
        ("80", ""),
        ("80-01", ""),
        ("64-01", "a\nb"),
        ("64-01", ""),
        ("62-05", ""),
    ],
)
def test_no_shape_beside_the_good_one_is_written(path, value):
    assert refused(with_value(sample(), path, value))[0] == path


@pytest.mark.parametrize(
    ("path", "value"),
    [
        *(("54", value) for value in ("98.73", "98", "98.", "0.01", "1234567890.12")),
        ("59", "x" * 25),
        ("59", " ~"),
        ("60", "x" * 15),
        ("61", "1234567890"),
        ("62-05", "***"),
        ("64-01", "é" * 25),
        ("01", "11"),
        ("80", "no template"),
        ("80", {"00": "at.example", "01": "Ä"}),
        ("65", "00"),
        ("62-09", "AME"),
    ],
)
def test_the_last_value_that_is_good_is_written(path, value):
    fields = with_value(sample(), path, value)
    payload = emv.encode(fields)

    assert emv.decode(payload).fields == {**fields, "63": payload[-4:]}


@pytest.mark.parametrize("tag", ["52", "53", "58", "59", "60"])
def test_what_is_mandatory_must_be_there(tag):
    fields = with_value(sample(), tag, None)

    assert refused(fields) == (tag, f"{tag} is missing.")
    with pytest.raises(Refused, match=f"{tag} is missing"):
        emv.decode(lax(fields))


def test_the_format_indicator_must_be_there_and_first():
    fields = with_value(sample(), "00", None)

    assert refused(fields) == ("00", "00 (payload format indicator) must be the first.")
    assert emv.encode(dict(reversed(PLAIN.items()))).startswith("000201010212")


def test_an_account_must_be_named():
    fields = with_value(with_value(sample(), "02", None), "26", None)

    assert refused(fields) == ("02 to 51", "02 to 51 is missing: no account is named.")


@pytest.mark.parametrize("path", ["26-00", "64-00", "64-01"])
def test_a_template_says_whose_it_is(path):
    assert refused(with_value(sample(), path, None)) == (path, f"{path} is missing.")


def test_an_empty_template_is_not_written():
    assert refused({**sample(), "62": {}}) == ("62-00", "62-00 is missing: 62 is empty.")


def test_the_crc_is_worked_out_whatever_is_given():
    payload = emv.encode(sample())

    for given in ("0000", "", None, 7, {"00": "01"}):
        assert emv.encode({"63": given, **sample()}) == payload


def test_the_given_order_is_kept():
    fields = {tag: PLAIN[tag] for tag in ["00", "01", "64", "60", "59", "58", "54", "53", "52", "26"]}

    assert list(emv.decode(emv.encode(fields)).fields) == [*fields, "63"]


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"54": "0"}, "54", "54 must not be zero."),
        ({"54": "0.00"}, "54", "54 must not be zero."),
        ({"54": "1.001"}, "54", "54 has more decimals than its currency."),
        ({"54": "1.5", "53": "704"}, "54", "54 has more decimals than its currency."),
        ({"55": "02"}, "56", "56 is missing beside 55 = 02."),
        ({"55": "03"}, "57", "57 is missing beside 55 = 03."),
        ({"56": "5"}, "56", "56 belongs to 55 = 02."),
        ({"55": "01", "56": "5"}, "56", "56 belongs to 55 = 02."),
        ({"55": "03", "57": "5", "56": "5"}, "56", "56 belongs to 55 = 02."),
        ({"55": "02", "57": "5", "56": "5"}, "57", "57 belongs to 55 = 03."),
        ({"55": "02", "56": "0"}, "56", "56 must not be zero."),
        ({"55": "02", "56": "0.001"}, "56", "56 has more decimals than its currency."),
        ({"55": "03", "57": "00.00"}, "57", "57 must not be zero."),
        ({"53": "963"}, "53", "53 is no currency of ISO 4217 that people pay with."),
        ({"58": "XK"}, "58", "58 is no country of ISO 3166-1."),
    ],
)
def test_amounts_and_tips_make_sense(changes, field, reason):
    assert refused({**sample(), **changes}) == (field, reason)


@pytest.mark.parametrize(
    "changes",
    [
        {"55": "01"},
        {"55": "02", "56": "0.50"},
        {"55": "03", "57": "3"},
        {"55": "03", "57": "03.50"},
        {"55": "03", "57": "99.99"},
        {"54": "1.500", "53": "048"},
        {"54": "5000.0", "53": "704"},
    ],
)
def test_tips_and_decimals_of_the_standard_are_written(changes):
    fields = {**sample(), **changes}

    assert emv.decode(emv.encode(fields)).warnings == ()


@pytest.mark.parametrize("value", ["100", "3.", "0", "123456", "1.2.3"])
def test_a_percentage_is_below_a_hundred_and_short(value):
    fields = {**sample(), "55": "03", "57": value}

    if value == "3.":
        assert emv.encode(fields)
    else:
        assert refused(fields)[0] == "57"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ([], ""),
        (None, ""),
        (dict([*PLAIN.items(), (54, "1")]), "54"),
        ({**PLAIN, "54": 1}, "54"),
        ({**PLAIN, "54": None}, "54"),
        ({**PLAIN, "54": {"00": "1"}}, "54"),
        ({**PLAIN, "26": "0004abcd"}, "26"),
        ({**PLAIN, "26": {"00": "x", 1: "y"}}, "26-1"),
        ({**PLAIN, "26": {"00": {"00": "x"}}}, "26-00"),
        ({**PLAIN, "26": {"00": "x" * 96}}, "26"),
        ({**PLAIN, "26": {"0": "x"}}, "26-0"),
        ({**PLAIN, "xx": "1"}, "xx"),
        ({**PLAIN, "80": "\ud800"}, "80"),
        ({**PLAIN, "80": {"00": "\udfff"}}, "80-00"),
    ],
)
def test_what_has_no_form_is_refused_and_breaks_nothing(fields, field):
    assert refused(fields)[0] == field


def test_what_is_reserved_is_read_and_written_with_a_word():
    fields = {**sample(), "65": "00", "62": {"12": "a"}, "64": {"00": "DE", "01": "A", "03": "x"}}

    assert emv.decode(emv.encode(fields)).warnings == tuple(
        f"{path} is reserved for later versions." for path in ("62-12", "64-03", "65")
    )
