"""payto (RFC 8905): each target type has its path, an amount is exact, unknown types are said to be so."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.qr import payto
from tests.merchants.qr.vectors import (
    assert_answers_or_refuses,
    assert_says,
    assert_unreadable,
    assert_unwritable,
    mutated,
    vectors_of,
)

IBAN = "DE75512108001245126199"
START = f"payto://iban/{IBAN}"
FIELDS: dict[str, Any] = {"target": "iban", "path": [IBAN]}
UPI = {"receiver-name": "Alice", "amount": {"currency": "INR", "value": "200"}}


def test_every_vector_says_what_is_expected() -> None:
    assert_says(payto, "payto-")


def test_every_vector_is_written_again() -> None:
    for vector in vectors_of("payto-"):
        if vector["valid"]:
            assert payto.encode(payto.decode(vector["payload"]).fields) == vector["payload"]


@pytest.mark.parametrize(
    ("uri", "target", "path"),
    [
        (START, "iban", [IBAN]),
        (f"payto://iban/SOGEDEFFXXX/{IBAN}", "iban", ["SOGEDEFFXXX", IBAN]),
        ("payto://bic/SOGEDEFFXXX?amount=EUR:10.5", "bic", ["SOGEDEFFXXX"]),
        ("payto://ach/122000661/1234", "ach", ["122000661", "1234"]),
        ("payto://upi/alice@example.com?receiver-name=Alice&amount=INR:200", "upi", ["alice@example.com"]),
        ("payto://bitcoin/12A1MyfXbW6RhdRAZEqofac5jCQQjJPX", "bitcoin", ["12A1MyfXbW6RhdRAZEqofac5jCQQjJPX"]),
        ("payto://ilp/g.acme.bob", "ilp", ["g.acme.bob"]),
        ("payto://void/?amount=EUR:10.5", "void", []),
        ("payto://void/a%2Fb/%F0%9F%8D%8E", "void", ["a/b", "🍎"]),
    ],
)
def test_each_target_type_is_read_and_written_again(uri: str, target: str, path: list[str]) -> None:
    said = payto.decode(uri)
    assert (said.standard, said.profile, said.crc_ok, said.warnings) == ("payto", "", None, ())
    assert (said.fields["target"], said.fields["path"]) == (target, path)
    assert payto.encode(said.fields) == uri


def test_every_option_is_read_by_its_own_name_in_any_order() -> None:
    said = payto.decode(
        f"{START}?message=a%20b&instruction=RF18&sender-name=S&amount=EUR:1,000.5&receiver-name=R&x.y=1"
    )
    assert " ".join(said.fields) == "target path message instruction sender-name amount receiver-name x.y"
    assert said.fields["amount"] == {"currency": "EUR", "value": "1000.5"}
    assert said.fields["message"] == "a b" and said.fields["x.y"] == "1"


def test_scheme_and_target_type_are_read_in_any_letter_case() -> None:
    assert payto.reads("PayTo:") and not payto.reads("payto") and not payto.reads("taler:")
    assert payto.decode(f"PAYTO://IBAN/{IBAN}") == payto.decode(START)


def test_an_unknown_target_type_is_read_with_a_warning_and_not_written() -> None:
    said = payto.decode("payto://x-taler-bank/bank.example/alice?amount=KUDOS:1")
    assert said.fields["path"] == ["bank.example", "alice"]
    assert "x-taler-bank is not one that" in said.warnings[0]
    assert_unwritable(payto.encode, said.fields, "target", "one of")


@pytest.mark.parametrize(
    ("uri", "position", "reason"),
    [
        (f"http://iban/{IBAN}", 0, "scheme is not payto"),
        (f"payto:iban/{IBAN}", 6, "Two slashes"),
        (f"payto://1ban/{IBAN}", 8, "target type"),
        (f"payto:///{IBAN}", 8, "target type"),
        (f"payto://iban:80/{IBAN}", 8, "target type"),
        (f"{START}#x", 35, "A # ends"),
        ("payto://iban", 8, "The path is an IBAN"),
        (f"payto://iban/A/B/{IBAN}", 13, "The path is an IBAN"),
        (f"payto://iban/{IBAN}/SOGEDEFFXXX", 13, "A BIC"),
        ("payto://iban/DE75512108001245126198", 13, "check digits"),
        ("payto://iban/SOGEDEFFXXX/DE75512108001245126198", 25, "check digits"),
        (f"payto://iban//{IBAN}", 13, "empty or a dot"),
        (f"payto://iban/%2E%2E/{IBAN}", 13, "empty or a dot"),
        ("payto://bic/SOGEDEF", 12, "A BIC"),
        ("payto://bic/SOGEDEFFXXX/1", 12, "one segment"),
        ("payto://ach/122000662/1234", 12, "routing number"),
        ("payto://ach/12200066/1234", 12, "routing number"),
        ("payto://ach/122000661", 12, "a routing number and"),
        ("payto://ach/122000661/12%2034", 22, "not an account number"),
        ("payto://upi/alice", 12, "payment address"),
        ("payto://ilp", 8, "one segment"),
        (f"{START}?amount=EUR:1&amount=EUR:1", 49, "given twice"),
        (f"{START}?message=a&message=b", 46, "given twice"),
        (f"{START}?target=x", 43, "No target type has"),
        (f"{START}?path=x", 41, "No target type has"),
        (f"{START}?message", 36, "An option"),
        (f"{START}?a_b=1", 36, "An option"),
        (f"{START}?message=%FF", 44, "not UTF-8"),
        (f"{START}?message=%0", 44, "percent sign"),
        *(
            (f"{START}?amount={amount}", 43, reason)
            for amount, reason in [
                ("", "An amount is"),
                ("1.00", "An amount is"),
                ("EUR", "An amount is"),
                ("EUR:", "An amount is"),
                ("EUR:-1", "An amount is"),
                ("EUR:1.", "An amount is"),
                ("EUR:.5", "An amount is"),
                ("EU1:1", "An amount is"),
                ("EUR:1.2.3", "An amount is"),
                ("EUR:%D9%A1", "An amount is"),
                ("EUR:,", "no digits"),
                ("EUR:1.,", "no digits"),
                ("EUR:1.123456789", "eight digits"),
                ("EUR:9007199254740992", "below 2^53"),
                ("EUR:" + "9" * 5000, "below 2^53"),
            ]
        ),
    ],
)
def test_a_wrong_uri_is_refused_where_it_goes_wrong(uri: str, position: int, reason: str) -> None:
    assert_unreadable(payto.decode, uri, position, reason)


def test_the_largest_amount_and_the_finest_are_read() -> None:
    uri = f"{START}?amount=X:9007199254740991.12345678"
    assert payto.encode(payto.decode(uri).fields) == uri


@pytest.mark.parametrize(
    ("uri", "warning"),
    [
        (f"{START}/", "slash at the end"),
        ("payto://void/a/", "slash at the end"),
        ("payto://iban/de75 5121 0800 1245 1261 99", "blanks or small letters"),
        (f"{START}?message=", "message is empty"),
        (f"{START}?message=a+b", "plus sign"),
        (f"{START}?message=ä", "percent-encoded"),
        (f"{START}?&message=a", "ampersand"),
        ("payto://upi/a@b?receiver-name=A", "amount is missing"),
        ("payto://upi/a@b?amount=INR:1", "receiver-name is missing"),
    ],
)
def test_what_is_let_pass_is_said(uri: str, warning: str) -> None:
    assert warning in " ".join(payto.decode(uri).warnings), payto.decode(uri)


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"target": ""}, "target", "one of"),
        ({"target": "IBAN"}, "target", "one of"),
        ({"target": 1}, "target", "one of"),
        ({"path": IBAN}, "path", "list of texts"),
        ({"path": [1]}, "path", "list of texts"),
        ({"path": []}, "path", "The path is an IBAN"),
        ({"path": ["DE75512108001245126198"]}, "path", "check digits"),
        ({"path": [IBAN.lower()]}, "path", "not an IBAN"),
        ({"target": "void", "path": [""]}, "path", "empty"),
        ({"target": "void", "path": [".."]}, "path", "a dot"),
        ({"target": "void", "path": ["\n"]}, "path", "control"),
        ({"amount": "EUR:1"}, "amount", "a currency and a value"),
        ({"amount": {"currency": "EUR"}}, "amount", "a currency and a value"),
        ({"amount": {"currency": "EUR", "value": "1,000"}}, "amount", "no commas"),
        ({"amount": {"currency": "EUR", "value": "1.123456789"}}, "amount", "eight digits"),
        ({"amount": {"currency": "", "value": "1"}}, "amount", "An amount is"),
        ({"message": 1}, "message", "must be a text"),
        ({"message": "a\x00"}, "message", "control"),
        ({"a&b": "1"}, "a&b", "option's name"),
        ({"target": "upi", "path": ["a@b"], "receiver-name": "A"}, "amount", "needs amount"),
        (
            {"target": "upi", "path": ["a@b"]} | UPI | {"receiver-name": ""},
            "receiver-name",
            "needs receiver-name",
        ),
    ],
)
def test_a_wrong_field_is_not_written(change: dict[str, Any], field: str, reason: str) -> None:
    assert_unwritable(payto.encode, FIELDS | change, field, reason)


def test_what_would_be_taken_apart_is_encoded() -> None:
    assert (
        payto.encode({**FIELDS, "message": "a&b+c d/e?f#g%"})
        == f"{START}?message=a%26b%2Bc%20d%2Fe%3Ff%23g%25"
    )
    assert (
        payto.encode({"target": "upi", "path": ["a@b"]} | UPI)
        == "payto://upi/a@b?receiver-name=Alice&amount=INR:200"
    )


WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1)
AMOUNTS = st.fixed_dictionaries(
    {
        "currency": st.from_regex("[A-Z]{3,11}", fullmatch=True),
        "value": st.tuples(st.integers(0, 2**53 - 1), st.from_regex(r"(\.[0-9]{1,8})?", fullmatch=True)).map(
            lambda parts: f"{parts[0]}{parts[1]}"
        ),
    }
)


@given(
    st.fixed_dictionaries(
        {"target": st.just("void"), "path": st.lists(WORDS.filter(lambda text: text not in (".", "..")))},
        optional={"amount": AMOUNTS, "message": WORDS, "instruction": WORDS, "receiver-name": WORDS},
    )
)
def test_what_is_written_is_read_back(fields: dict[str, Any]) -> None:
    uri = payto.encode(fields)
    said = payto.decode(uri)
    assert said.fields == fields
    assert said.warnings == () and uri.isascii()


@given(
    st.text() | st.text().map(lambda text: f"payto://{text}") | st.text().map(lambda text: f"{START}?{text}")
)
def test_any_text_is_read_or_refused(payload: str) -> None:
    assert_answers_or_refuses(payto, payload)


@given(
    at=st.integers(0), cut=st.integers(0, 4), put=st.text(max_size=3) | st.sampled_from(["%", "&", "/", "="])
)
def test_any_change_is_read_or_refused(at: int, cut: int, put: str) -> None:
    assert_answers_or_refuses(
        payto, mutated(f"payto://iban/SOGEDEFFXXX/{IBAN}?amount=EUR:1.5&message=a", at, cut, put)
    )
