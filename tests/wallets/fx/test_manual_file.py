"""The operator's own CSV: every wrong line is named, and nothing is taken of a file with one."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from tests.wallets.fx.files import manual
from wallets.fx.manual import MOST_LINES, Manual

TODAY = date(2026, 11, 27)


def errors_of(content: bytes) -> list[str]:
    with pytest.raises(Refused, match="fx_file_invalid") as no:
        Manual().read(content, latest=TODAY)
    return [no.value.message, *no.value.facts["errors"]]


def test_a_file_with_two_rates() -> None:
    content = manual(
        "VND,30500,2026-11-27,State Bank of Vietnam", "", ' KWD , 0.355 ,2026-11-26,"Bank, central"'
    )
    rates = Manual().read(b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"), latest=TODAY).rates
    assert [(one.currency, str(one.rate), one.publisher, one.line) for one in rates] == [
        ("VND", "30500", "State Bank of Vietnam", 2),
        ("KWD", "0.355", "Bank, central", 4),
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("EUR,1,2026-11-27,x", "“EUR” is no foreign currency"),
        ("QQQ,1,2026-11-27,x", "“QQQ” is no foreign currency"),
        ("vnd,30500,2026-11-27,x", "“vnd” is no foreign currency"),
        ("VND,0,2026-11-27,x", "The rate 0 cannot be"),
        ("VND,-5,2026-11-27,x", "“-5” is no rate"),
        ("VND,99999999,2026-11-27,x", "cannot be"),
        ("VND,=1+1,2026-11-27,x", "is no rate"),
        ("VND,30,500,2026-11-27,x", "5 columns"),
        ("VND,30500,2026-11-27", "3 columns"),
        ("VND,30500,2026-11-28,x", "has not come yet"),
        ("VND,30500,27.11.2026,x", "is no day"),
        ("VND,30500,20261127,x", "is no day"),
        ("VND,30500,2026-11-27,", "who published"),
        ("VND,30500,2026-11-27,a\N{RIGHT-TO-LEFT OVERRIDE}b", "cannot be seen"),
        ("VND,30500,2026-11-27," + "x" * 201, "At most 200"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_taken(line: str, says: str) -> None:
    (said,) = errors_of(manual("KWD,0.355,2026-11-27,x", line))
    assert said.startswith("Line 3: ")
    assert says in said


def test_all_wrong_lines_are_named_at_once() -> None:
    said = errors_of(manual("VND,0,2026-11-27,x", "KWD,0.355,2026-11-27,x", "QQQ,1,2026-11-27,x"))
    assert [line[:7] for line in said[1:]] == ["Line 2:", "Line 4:"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Line 1: the columns must be currency,rate,date,source"),
        (b"rate,currency,date,source\n", "Line 1"),
        (manual(), "1 to 500 lines"),
        (manual(*["VND,30500,2026-11-27,x"] * 2), "Line 3: VND of 2026-11-27 stands in line 2 already"),
        (manual('VND,30500,2026-11-27,"open'), "cannot be read"),
        (b"\xff\xfe", "UTF-8"),
        (b"x" * 40_001, "too large"),
    ],
)
def test_what_is_no_such_file(content: bytes, says: str) -> None:
    assert says in errors_of(content)[0]


def test_as_many_lines_as_fit() -> None:
    lines = [
        f"VND,{30_000 + number},{date.fromordinal(700_000 + number)},x" for number in range(MOST_LINES + 1)
    ]
    assert len(Manual().read(manual(*lines[:-1]), latest=TODAY).rates) == MOST_LINES
    assert "1 to 500" in errors_of(manual(*lines))[0]


@given(st.binary(max_size=300), st.booleans())
def test_whatever_is_sent_is_read_or_refused(content: bytes, headed: bool) -> None:
    with suppress(Refused):
        assert Manual().read((manual() if headed else b"") + content, latest=TODAY).rates
