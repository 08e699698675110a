"""taler://pay: today's layout and that of 2019 are told apart; other actions are refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.qr import taler
from tests.merchants.qr.vectors import assert_answers_or_refuses, assert_says, assert_unreadable, mutated

PAY = {"action": "pay"}
TODAY = "taler://pay/shop.example"


def test_every_vector_says_what_is_expected() -> None:
    assert_says(taler, "taler-")


@pytest.mark.parametrize(
    ("uri", "fields"),
    [
        (f"{TODAY}/ORD123/", {"host": "shop.example", "order_id": "ORD123"}),
        (f"{TODAY}/ORD123/ABC", {"host": "shop.example", "order_id": "ORD123", "session_id": "ABC"}),
        (
            f"{TODAY}:8080/instances/x1/ORD%2F1/?c=T%20K#wifi",
            {
                "host": "shop.example:8080",
                "prefix": ["instances", "x1"],
                "order_id": "ORD/1",
                "c": "T K",
                "ssid": "wifi",
            },
        ),
        ("TALER://PAY/Shop.Example/O/", {"host": "shop.example", "order_id": "O"}),
        ("taler://pay/[::1]:80/O/", {"host": "[::1]:80", "order_id": "O"}),
    ],
)
def test_the_layout_of_today_is_read(uri: str, fields: dict[str, Any]) -> None:
    said = taler.decode(uri)
    assert said.fields == PAY | fields
    assert (said.standard, said.profile, said.crc_ok, said.warnings) == ("taler", "", None, ())


def test_the_layout_of_2019_is_read_and_said() -> None:
    said = taler.decode(f"{TODAY}/-/-/ORD/SES")
    assert said.fields == PAY | {"host": "shop.example", "order_id": "ORD", "session_id": "SES"}
    assert "2019" in said.warnings[0]
    assert taler.decode(f"{TODAY}/-/inst/ORD").fields["instance"] == "inst"


def test_what_is_let_pass_is_said() -> None:
    assert "without encryption" in taler.decode(f"taler+http{TODAY[5:]}/O/").warnings[0]
    assert "option x" in taler.decode(f"{TODAY}/O/?x=1").warnings[0]
    assert "percent-encoded" in taler.decode(f"{TODAY}/Ö/").warnings[0]


def test_the_scheme_claims_a_uri() -> None:
    assert taler.reads("taler:") and taler.reads("Taler+HTTP://") and not taler.reads("talers:")


@pytest.mark.parametrize(
    ("uri", "position", "reason"),
    [
        ("payto://pay/h/O/", 0, "scheme is not taler"),
        ("taler:pay/h/O/", 6, "Two slashes"),
        ("taler://withdraw/h/O/", 8, "Only requests"),
        ("taler://pay", 11, "host is missing"),
        ("taler://pay//O/", 12, "host is missing"),
        ("taler://pay/a@b/O/", 12, "host is missing"),
        ("taler://pay/h-/O/", 12, "host is missing"),
        (f"{TODAY}/ORD123", 31, "A slash must stand"),
        (TODAY, 24, "A slash must stand"),
        (f"{TODAY}//", 25, "empty or a dot"),
        (f"{TODAY}/../O/", 25, "empty or a dot"),
        (f"{TODAY}/a//", 27, "empty or a dot"),
        (f"{TODAY}/-/-", 25, "must follow the host"),
        (f"{TODAY}/-/-/", 25, "must follow the host"),
        (f"{TODAY}/-//O", 25, "must follow the host"),
        (f"{TODAY}/-/-/O/S/T", 25, "must follow the host"),
        (f"{TODAY}/O/?c=1&c=2", 32, "given twice"),
        (f"{TODAY}/%FF/", 25, "not UTF-8"),
        (f"{TODAY}/O/#%0A", 28, "control"),
    ],
)
def test_a_wrong_uri_is_refused_where_it_goes_wrong(uri: str, position: int, reason: str) -> None:
    assert_unreadable(taler.decode, uri, position, reason)


@given(st.text() | st.text().map(lambda text: f"taler://pay/{text}"))
def test_any_text_is_read_or_refused(payload: str) -> None:
    assert_answers_or_refuses(taler, payload)


@given(
    at=st.integers(0), cut=st.integers(0, 4), put=st.text(max_size=3) | st.sampled_from(["%", "-", "/", "#"])
)
def test_any_change_is_read_or_refused(at: int, cut: int, put: str) -> None:
    assert_answers_or_refuses(taler, mutated(f"{TODAY}/-/-/ORD/S?c=1", at, cut, put))
