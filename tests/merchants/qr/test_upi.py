"""UPI links: read by any order and letter case of the scheme, refused where two readers would differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.qr import upi
from tests.merchants.qr.vectors import (
    assert_answers_or_refuses,
    assert_says,
    assert_unreadable,
    assert_unwritable,
    mutated,
    vectors_of,
)

START = "upi://pay?pa=nadeem@npci&pn=Nadeem"
FIELDS = {"pa": "nadeem@npci", "pn": "Nadeem"}


def warned(link: str) -> str:
    return " ".join(upi.decode(link).warnings)


def test_every_vector_says_what_is_expected() -> None:
    assert_says(upi, "upi-")


def test_every_vector_is_written_again_without_what_says_nothing() -> None:
    for vector in vectors_of("upi-"):
        again = vector["payload"].replace("&mam=null", "")
        assert upi.encode(upi.decode(vector["payload"]).fields) == again


def test_a_link_of_all_parameters_keeps_their_order() -> None:
    link = (
        f"{START}%20Chinna&mc=5411&tid=PSP1&tr=Bill%2F7&tn=Pay%20to%20%26%20from%20%E0%A4%A8&am=10.50&mam=5.00&cu=INR"
        "&url=https://shop.example/7?a=1&mode=02&orgid=000000&mid=1234&msid=3432&mtid=1212&sign=MEY/CIQ%2BC8=="
    )
    said = upi.decode(link.replace("%2F", "/"))
    assert (said.standard, said.profile, said.crc_ok, said.warnings) == ("upi", "", None, ())
    assert " ".join(said.fields) == "pa pn mc tid tr tn am mam cu url mode orgid mid msid mtid sign"
    assert said.fields["tn"] == "Pay to & from न"
    assert said.fields["sign"] == "MEY/CIQ+C8=="
    assert upi.encode(said.fields) == link.replace("%2F", "/")


def test_the_scheme_claims_a_link_in_any_letter_case() -> None:
    assert upi.reads("upi:") and upi.reads("UPI://pay")
    assert not upi.reads("upi") and not upi.reads("upix:") and not upi.reads(" upi:")
    assert upi.decode(START.replace("upi", "UPI")) == upi.decode(START)
    assert_unreadable(upi.decode, START.replace("upi", "ipu"), 0, "scheme is not upi")


@pytest.mark.parametrize(
    ("link", "position", "reason"),
    [
        ("upi:pay?pa=a@b", 4, "Two slashes"),
        ("upi://mandate?pa=a@b", 6, "Only links that pay"),
        ("upi://pay/x?pa=a@b", 6, "Only links that pay"),
        ("upi://pay", 9, "pa is missing"),
        ("upi://pay?pn=x", 14, "pa is missing"),
        ("upi://pay?pa=&pn=x", 18, "pa is missing"),
        ("upi://pay?PA=a@b", 16, "pa is missing"),
        ("upi://pay?pa=nadeem", 13, "payment address"),
        ("upi://pay?pa=@npci", 13, "payment address"),
        ("upi://pay?pa=a@", 13, "payment address"),
        ("upi://pay?pa=a@b@c", 13, "payment address"),
        ("upi://pay?pa=a%20a@b", 13, "payment address"),
        ("upi://pay?pa=" + "a" * 254 + "@b", 13, "payment address"),
        (f"{START}&pa=other@npci", 35, "given twice"),
        (f"{START}&am=1&am=2", 40, "given twice"),
        (f"{START}&am", 35, "An option"),
        (f"{START}&=1", 35, "An option"),
        (f"{START}&a%6D=1", 35, "An option"),
        (f"{START}&am=1.005", 38, "two decimals"),
        (f"{START}&am=1.", 38, "two decimals"),
        (f"{START}&am=1,000", 38, "two decimals"),
        (f"{START}&am=-1", 38, "two decimals"),
        (f"{START}&am=%D9%A1", 38, "two decimals"),
        (f"{START}&am=" + "1" * 16, 38, "two decimals"),
        (f"{START}&mam=x", 39, "two decimals"),
        (f"{START}&cu=EUR", 38, "currency is INR"),
        (f"{START}&mc=541", 38, "four digits"),
        (f"{START}&tn=50%", 40, "percent sign"),
        (f"{START}&tn=%E0%A4", 38, "not UTF-8"),
        (f"{START}&tn=a%0Ab", 38, "control"),
        (f"{START}&tn=a\nb", 38, "control"),
        (f"{START}#x", 34, "A # ends"),
    ],
)
def test_a_wrong_link_is_refused_where_it_goes_wrong(link: str, position: int, reason: str) -> None:
    assert_unreadable(upi.decode, link, position, reason)


@pytest.mark.parametrize(
    ("link", "warning"),
    [
        ("upi://pay/?pa=a@b&pn=x", "does not begin"),
        ("upi://PAY?pa=a@b&pn=x", "does not begin"),
        ("upi://pay?pa=a@b", "pn: The payee's name"),
        (f"{START}&pn2=a+b", "plus sign"),
        (f"{START}&tn=a b", "percent-encoded"),
        (f"{START}&tn=न", "percent-encoded"),
        (f"{START}&&tn=a", "ampersand"),
        (f"{START}&", "ampersand"),
        (f"{START}&tr=null", "tr is empty"),
        (f"{START}&tr=", "tr is empty"),
        (f"{START}&am=0", "am: An amount of zero"),
        (f"{START}&am=1&mam=2", "mam: The smallest"),
        (f"{START}&mc=5411&am=1", "tr: A merchant's"),
        (f"{START}&tr=" + "x" * 36, "tr: At most 35"),
        (f"{START}&tid=" + "x" * 36, "tid: At most 35"),
        (f"{START}&tn=" + "x" * 81, "tn: At most 80"),
        (f"{START}&url=ftp://x", "url: An address"),
        (f"{START}&mode=2", "mode: A mode"),
        (f"{START}&orgid=00000", "orgid: An organisation"),
    ],
)
def test_what_is_let_pass_is_said(link: str, warning: str) -> None:
    assert warning in warned(link), upi.decode(link)


def test_the_specifications_own_ways_to_say_nothing_are_no_fault() -> None:
    for nothing in ("null", ""):
        said = upi.decode(f"{START}&mam={nothing}")
        assert "mam" not in said.fields and said.warnings == ()
    assert upi.decode(f"{START}&tn=null").fields["tn"] == "null"


def test_a_plus_sign_is_a_plus_sign() -> None:
    assert upi.decode(f"{START}&tn=a+b").fields["tn"] == "a+b"
    assert upi.encode({**FIELDS, "tn": "a+b c"}) == f"{START}&tn=a%2Bb%20c"


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"pa": ""}, "pa", "pa is missing"),
        ({"pa": "nadeem"}, "pa", "payment address"),
        ({"pn": ""}, "pn", "name is missing"),
        ({"pn": "x" * 100}, "pn", "At most 99"),
        ({"am": "1.005"}, "am", "two decimals"),
        ({"am": "0.00"}, "am", "zero"),
        ({"am": 1}, "am", "must be a text"),
        ({"mam": "0"}, "mam", "zero"),
        ({"am": "1", "mam": "1.01"}, "mam", "above"),
        ({"cu": "inr"}, "cu", "INR"),
        ({"mc": "54112"}, "mc", "four digits"),
        ({"mc": "5411", "am": "1"}, "tr", "needs a reference"),
        ({"tr": "null"}, "tr", "read as nothing"),
        ({"tn": "x" * 81}, "tn", "At most 80"),
        ({"tn": "a\nb"}, "tn", "control"),
        ({"tn": "\udc80"}, "tn", "Half of a character"),
        ({"url": "shop.example"}, "url", "http"),
        ({"mode": "2"}, "mode", "two digits"),
        ({"orgid": "1"}, "orgid", "six digits"),
        ({"a&b": "1"}, "a&b", "parameter's name"),
        ({"extra": "\x00"}, "extra", "control"),
    ],
)
def test_a_wrong_field_is_not_written(change: dict[str, object], field: str, reason: str) -> None:
    assert_unwritable(upi.encode, FIELDS | change, field, reason)


WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=35).filter(
    lambda text: bool(text.strip()) and text != "null"
)
AMOUNTS = st.from_regex(r"[1-9][0-9]{0,14}(\.[0-9]{1,2})?", fullmatch=True)


@given(
    st.fixed_dictionaries(
        {"pa": st.from_regex(r"[A-Za-z0-9._\-]{1,40}@[a-z]{1,20}(\.npci)?", fullmatch=True), "pn": WORDS},
        optional={
            "tn": WORDS,
            "tr": WORDS,
            "am": AMOUNTS,
            "cu": st.just("INR"),
            "sign": WORDS,
            "x-own": WORDS,
        },
    )
)
def test_what_is_written_is_read_back(fields: dict[str, str]) -> None:
    link = upi.encode(fields)
    said = upi.decode(link)
    assert list(said.fields.items()) == list(fields.items())
    assert said.warnings == () and link.isascii() and " " not in link and "+" not in link


@given(st.text() | st.text().map(lambda text: f"upi://pay?pa=a@b&{text}"))
def test_any_text_is_read_or_refused(payload: str) -> None:
    assert_answers_or_refuses(upi, payload)


@given(
    at=st.integers(0), cut=st.integers(0, 4), put=st.text(max_size=3) | st.sampled_from(["%", "&", "#", "="])
)
def test_any_change_is_read_or_refused(at: int, cut: int, put: str) -> None:
    assert_answers_or_refuses(
        upi, mutated(f"{START}&am=10.50&mam=null&tn=%E0%A4%A8&mc=5411&tr=7", at, cut, put)
    )
