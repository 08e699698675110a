"""The ECB's files in all their shapes, and everything that is none: taken whole or not at all."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.core.errors import Refused
from tests.wallets.fx.files import history, packed, xml
from wallets.core.fx_file import RateFile
from wallets.fx.ecb import Ecb

TODAY = date(2026, 11, 27)
DAY = xml((TODAY, [("USD", "1.1563"), ("JPY", "180.31"), ("CNY", "7.7900")]))


def read(content: bytes) -> RateFile:
    return Ecb().read(content, latest=TODAY)


def facts(content: bytes) -> list[tuple[str, str, str]]:
    return [(rate.currency, str(rate.rate), str(rate.published_on)) for rate in read(content).rates]


def no(content: bytes) -> str:
    with pytest.raises(Refused) as refusal:
        read(content)
    assert (refusal.value.code, refusal.value.status) == ("fx_file_invalid", 400)
    assert refusal.value.message.endswith("Nothing was imported.")
    return refusal.value.message


def test_the_days_xml() -> None:
    assert facts(DAY) == [
        ("USD", "1.1563", "2026-11-27"),
        ("JPY", "180.31", "2026-11-27"),
        ("CNY", "7.7900", "2026-11-27"),
    ]
    assert [rate.line for rate in read(DAY).rates] == [9, 10, 11]


def test_the_historys_xml_with_old_money() -> None:
    found = read(
        xml(("2026-11-26", [("USD", "1.15")]), ("1999-01-04", [("USD", "1.1789"), ("EEK", "15.6466")]))
    )
    assert [(rate.currency, rate.published_on.year) for rate in found.rates] == [("USD", 2026), ("USD", 1999)]
    assert found.skipped == 1


def test_the_historys_csv_and_its_zip() -> None:
    content = history("2026-11-27,1.1563,180.31,N/A,7.79,", "1999-01-04,1.1789,133.73,15.6466,N/A,")
    expected = [
        ("USD", "1.1563", "2026-11-27"),
        ("JPY", "180.31", "2026-11-27"),
        ("CNY", "7.79", "2026-11-27"),
        ("USD", "1.1789", "1999-01-04"),
        ("JPY", "133.73", "1999-01-04"),
    ]
    assert facts(content) == facts(packed(content)) == facts(b"\xef\xbb\xbf" + content) == expected
    assert facts(content.replace(b"\n", b"\r\n")) == expected
    assert read(content).skipped == 1


def test_the_days_csv_words_its_date() -> None:
    assert facts(b"Date, USD, JPY, \n9 November 2026, 1.1563, 180.31, \n") == [
        ("USD", "1.1563", "2026-11-09"),
        ("JPY", "180.31", "2026-11-09"),
    ]


# As the ECB published them: the day's CSV of 2026, and the first and the last line of a history of 2023.
DAY_OF_2026 = (
    b"Date, USD, JPY, CZK, DKK, GBP, HUF, PLN, RON, SEK, CHF, ISK, NOK, TRY, AUD, BRL, CAD, CNY, HKD,"
    b" IDR, ILS, INR, KRW, MXN, MYR, NZD, PHP, SGD, THB, ZAR, \n"
    b"06 February 2026, 1.1794, 185.27, 24.240, 7.4672, 0.86790, 377.95, 4.2185, 5.0920, 10.6735,"
    b" 0.9175, 145.20, 11.4695, 51.4394, 1.6880, 6.1767, 1.6118, 8.1838, 9.2152, 19900.00, 3.6916,"
    b" 106.9265, 1730.68, 20.4787, 4.6557, 1.9673, 69.047, 1.5016, 37.269, 19.0170, \n"
)
HISTORY_OF_2023 = (
    b"Date,USD,JPY,BGN,CYP,CZK,DKK,EEK,GBP,HUF,LTL,LVL,MTL,PLN,ROL,RON,SEK,SIT,SKK,CHF,ISK,NOK,HRK,"
    b"RUB,TRL,TRY,AUD,BRL,CAD,CNY,HKD,IDR,ILS,INR,KRW,MXN,MYR,NZD,PHP,SGD,THB,ZAR,\n"
    b"2023-05-02,1.0965,150.7,1.9558,N/A,23.587,7.4538,N/A,0.87868,371.98,N/A,N/A,N/A,4.5758,N/A,"
    b"4.9305,11.2915,N/A,N/A,0.9841,149.7,11.762,N/A,N/A,N/A,21.3508,1.6371,5.4853,1.4885,7.5791,"
    b"8.6075,16143.37,3.9717,89.7515,1470.32,19.6703,4.8948,1.7654,60.712,1.4646,37.478,20.146,\n"
    b"1999-01-04,1.1789,133.73,N/A,0.58231,35.107,7.4501,15.6466,0.7111,251.48,4.717,0.6668,0.4432,"
    b"4.0712,13111,N/A,9.4696,189.045,42.991,1.6168,81.48,8.855,N/A,N/A,372274,N/A,1.91,N/A,1.8004,"
    b"N/A,9.1332,N/A,N/A,N/A,1398.59,N/A,N/A,2.2229,N/A,1.9554,N/A,6.9358,"
)


def test_files_as_they_were_published() -> None:
    day = facts(DAY_OF_2026)
    assert (len(day), day[0], day[-1]) == (
        29, ("USD", "1.1794", "2026-02-06"), ("ZAR", "19.0170", "2026-02-06"),
    )  # fmt: skip
    assert facts(packed(DAY_OF_2026, names=("eurofxref.csv",))) == day
    found = read(HISTORY_OF_2023)
    assert (len(found.rates), found.skipped) == (29 + 18, 1 + 9)
    assert facts(HISTORY_OF_2023)[-1] == ("ZAR", "6.9358", "1999-01-04")


@given(st.integers(1, len(DAY) - 1))
def test_xml_that_is_cut_off_anywhere(length: int) -> None:
    assert no(DAY[:length])


HISTORY = history("2026-11-27,1.1563,180.31,N/A,7.79,", "1999-01-04,1.1789,133.73,15.6466,N/A,")


@given(st.integers(1, len(HISTORY) - 1))
def test_a_history_that_is_cut_off_in_a_line(length: int) -> None:
    """Only a cut behind a line's last comma leaves whole lines, as a younger history would have."""
    content = HISTORY[:length]
    if content.count(b"\n") > 0 and (content.endswith((b",\n", b"79,", b"N/A,")) and b"," in content):
        lines = [line for line in content.decode().splitlines() if line]
        if all(line.count(",") == 5 for line in lines) and len(lines) > 1:
            assert read(content).rates
            return
    assert no(content)


def test_a_zip_that_is_cut_off_or_holds_more() -> None:
    assert "archive" in no(packed(HISTORY)[:-30])
    assert "archive" in no(packed(HISTORY, names=("a.csv", "b.csv")))
    assert "archive" in no(b"PK\x03\x04")


def test_a_zip_that_grows_without_end() -> None:
    assert "larger" in no(packed(b"0" * (Ecb.most_bytes + 1)))
    assert "larger" in no(b"0" * (Ecb.most_bytes + 1))


BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'


def test_xml_with_rules_of_its_own_is_refused() -> None:
    assert "a DTD" in no(BOMB.encode())
    assert "a DTD" in no(
        b'<!DOCTYPE Envelope SYSTEM "https://evil.example/a.dtd">' + DAY[DAY.index(b"<gesmes") :]
    )
    assert "no text" in no(BOMB.encode("utf-16"))


@pytest.mark.parametrize(
    ("rate", "says"),
    [
        ("0", "cannot be"),
        ("0.0000", "cannot be"),
        ("-1.1", "no rate"),
        ("1e3", "no rate"),
        ("NaN", "no rate"),
        ("", "no rate"),
        ("1,1", "no rate"),
        ("٣", "no rate"),
        ("99999999", "cannot be"),
        ("0.0001", "cannot be"),
        ("1.12345678901", "no rate"),
    ],
)
def test_a_rate_that_is_none(rate: str, says: str) -> None:
    message = no(xml((TODAY, [("USD", "1.1563"), ("JPY", rate)])))
    assert message.startswith("Line 10: ")
    assert says in message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (xml(("2026-11-28", [("USD", "1.1")])), "Line 8: The day 2026-11-28 has not come yet"),
        (xml(("2026-02-30", [("USD", "1.1")])), "no day"),
        (xml(("", [("USD", "1.1")])), "no day"),
        (
            xml((TODAY, [("USD", "1.1"), ("USD", "1.1")])),
            "Line 10: USD of 2026-11-27 stands in line 9 already",
        ),
        (xml((TODAY, [("EUR", "1")])), "“EUR” is no currency"),
        (xml((TODAY, [("usd", "1")])), "“usd” is no currency"),
        (xml((TODAY, [])), "no rate in this file"),
        (xml(), "no rate in this file"),
        (b"<html><body>502</body></html>", "not the ECB's file"),
        (b"", "Line 1"),
        (b"\xff\xfe\x00", "no text"),
        (b"Date,USD,\n2026-11-27,1.1,extra,\n", "Line 2: the line is cut off"),
        (b"Date,USD\n2026-11-27,1.1", "cut off"),
        (b'Date,USD,\n"2026-11-27,1.1,\n', "cannot be read"),
        (history("2026-11-27,1.1,180,N/A,7.79,", "2026-11-27,1.1,180,N/A,7.79,"), "Line 3: USD"),
        (history("2026-11-28,1.1,180,N/A,7.79,"), "Line 2: The day"),
        (history("2026-11-27,0,180,N/A,7.79,"), "Line 2: The rate 0 cannot be"),
    ],
)
def test_what_is_refused_names_its_line(content: bytes, says: str) -> None:
    assert says in no(content)


def test_a_rate_is_exact() -> None:
    assert read(DAY).rates[0].rate == Decimal("1.1563")
