"""The Swiss QR-bill: 31 lines and their rules; a QR reference goes with a QR-IBAN, and only with one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.qr import spc
from tests.merchants.qr.vectors import assert_answers_or_refuses, assert_says, assert_unreadable, mutated

IBAN, QR_IBAN = "CH5800791123000889012", "CH4431999123000889012"
QRR, SCOR = "210000000003139471430009017", "RF18539007547034"
CREDITOR = ["S", "Robert Schneider AG", "Rue du Lac", "1268", "2501", "Biel", "CH"]
DEBTOR = ["S", "Pia Rutschmann", "Marktgasse", "28", "9400", "Rorschach", "LI"]
COMBINED = ["K", "Pia Rutschmann", "Marktgasse 28", "9400 Rorschach", "", "", "CH"]
LINES = [
    "SPC",
    "0200",
    "1",
    IBAN,
    *CREDITOR,
    *[""] * 7,
    "199.95",
    "CHF",
    *DEBTOR,
    "SCOR",
    SCOR,
    "Order 3139",
    "EPD",
]
TAIL = ["//S1/10/10201409", "eBill/B/peter@sample.ch", "UV;UltraPay005;12345"]


def text_of(*changes: tuple[int, str], tail: tuple[str, ...] = ()) -> str:
    """The sample with some lines (counted from 1) replaced and others added."""
    lines = [*LINES, *tail]
    for number, line in changes:
        lines[number - 1] = line
    return "\n".join(lines)


def with_address(start: int, address: list[str]) -> list[tuple[int, str]]:
    return [(start + at, line) for at, line in enumerate(address)]


def assert_line_refused(number: int, line: str, reason: str, *also: tuple[int, str]) -> None:
    text = text_of((number, line), *also, tail=("", "", "", ""))
    start = len("\n".join(text.split("\n")[: number - 1])) + 1
    assert_unreadable(spc.decode, text, start, reason)


def test_every_vector_says_what_is_expected() -> None:
    assert_says(spc, "spc-")


def test_every_element_is_read_by_its_name() -> None:
    said = spc.decode(text_of(tail=tuple(TAIL)))
    names = ["AdrTp", "Name", "StrtNmOrAdrLine1", "BldgNbOrAdrLine2", "PstCd", "TwnNm", "Ctry"]
    assert (said.standard, said.profile, said.crc_ok, said.warnings) == ("spc", "", None, ())
    assert said.fields == {
        "QRType": "SPC",
        "Version": "0200",
        "Coding": "1",
        "iban": IBAN,
        "Cdtr": dict(zip(names, CREDITOR, strict=True)),
        "name": "Robert Schneider AG",
        "amount": "199.95",
        "currency": "CHF",
        "UltmtDbtr": dict(zip(names, DEBTOR, strict=True)),
        "ref_type": "SCOR",
        "Ref": SCOR,
        "message": "Order 3139",
        "Trailer": "EPD",
        "StrdBkgInf": TAIL[0],
        "AltPmt": TAIL[1:],
    }


def test_lines_may_end_with_cr_lf() -> None:
    assert spc.decode(text_of().replace("\n", "\r\n")) == spc.decode(text_of())
    assert "Some lines end" in spc.decode(text_of().replace("\n", "\r\n", 3)).warnings[0]


def test_the_first_line_claims_a_payload() -> None:
    assert spc.reads("SPC\n") and spc.reads("SPC\r\n0200")
    assert not spc.reads("SPC") and not spc.reads("spc\n") and not spc.reads("SPCX\n")
    assert_unreadable(spc.decode, "BCD\n", 0, "not SPC")


def test_a_bill_without_debtor_amount_and_message_is_read() -> None:
    empty = with_address(21, [""] * 7)
    said = spc.decode(text_of((19, ""), (28, "NON"), (29, ""), (30, ""), *empty))
    assert said.fields.keys() == {
        "QRType",
        "Version",
        "Coding",
        "iban",
        "Cdtr",
        "name",
        "currency",
        "ref_type",
        "Trailer",
    }
    assert said.warnings == ()


@pytest.mark.parametrize(
    ("number", "line", "reason"),
    [
        (2, "0100", "version"),
        (2, "200", "version"),
        (3, "2", "coding"),
        (4, "CH5800791123000889013", "check digits"),
        (4, "", "not an IBAN"),
        (4, "DE71110220330123456789", "neither in Switzerland"),
        (5, "", "neither S nor K"),
        (5, "s", "neither S nor K"),
        (6, "", "has no Name"),
        (6, "x" * 71, "At most 70"),
        (6, "a\tb", "control"),
        (7, "x" * 71, "At most 70"),
        (8, "x" * 17, "At most 16"),
        (9, "", "has no PstCd"),
        (9, "x" * 17, "At most 16"),
        (10, "", "has no TwnNm"),
        (10, "x" * 36, "At most 35"),
        (11, "", "has no Ctry"),
        (11, "C1", "two letters"),
        (11, "CHE", "At most 2"),
        (12, "S", "ultimate creditor"),
        (18, "CH", "ultimate creditor"),
        (19, "199.955", "two decimals"),
        (19, "199,95", "two decimals"),
        (19, "1'000.00", "two decimals"),
        (19, "1000000000.00", "up to nine digits"),
        (19, "-1.00", "two decimals"),
        (20, "", "CHF or EUR"),
        (20, "USD", "CHF or EUR"),
        (21, "X", "neither S nor K"),
        (22, "", "has no Name"),
        (28, "", "none of QRR"),
        (28, "QRR", "only with one"),
        (29, "", "begins with RF"),
        (29, "RF19539007547034", "check digits"),
        (30, "x" * 141, "at most 140"),
        (31, "EPX", "trailer EPD"),
        (33, "x" * 101, "at most 100"),
        (34, "x" * 101, "at most 100"),
        (35, "x", "more than two"),
    ],
)
def test_a_wrong_line_is_refused_where_it_begins(number: int, line: str, reason: str) -> None:
    assert_line_refused(number, line, reason)


def test_the_longest_of_everything_is_read() -> None:
    longest = [
        (6, "x" * 70),
        (7, "x" * 70),
        (8, "x" * 16),
        (9, "x" * 16),
        (10, "x" * 35),
        (19, "999999999.99"),
    ]
    said = spc.decode(text_of(*longest, (30, "x" * 130), tail=("//" + "x" * 8, "y" * 100, "z" * 100)))
    assert said.warnings == ()


def test_a_payload_that_ends_too_early_is_refused_at_its_end() -> None:
    for number in (3, 10, 30):
        text = "\n".join(LINES[:number])
        assert_unreadable(spc.decode, text, len(text), "trailer EPD")
    assert_unreadable(spc.decode, "SPC\n0200", 8, "coding")
    assert_unreadable(spc.decode, "SPC\n", 4, "version")


def test_a_payload_has_at_most_997_characters() -> None:
    text = text_of(tail=("", "", ""))
    assert spc.decode(text + "\n" * (997 - len(text))).fields
    assert_unreadable(spc.decode, text + "\n" * (998 - len(text)), 997, "997 characters")


def test_a_qr_reference_goes_with_a_qr_iban_and_only_with_one() -> None:
    said = spc.decode(text_of((4, QR_IBAN), (28, "QRR"), (29, QRR)))
    assert (said.fields["ref_type"], said.fields["Ref"], said.warnings) == ("QRR", QRR, ())
    qr = (4, QR_IBAN), (28, "QRR")
    assert_line_refused(29, QRR[:-1] + "8", "check digit", *qr)
    assert_line_refused(29, QRR[:-1], "27 digits", *qr)
    assert_line_refused(29, "0" * 27, "zeros", *qr)
    assert_line_refused(29, "", "27 digits", *qr)
    assert_line_refused(28, "SCOR", "only with one", (4, QR_IBAN))
    assert_line_refused(28, "NON", "only with one", (4, QR_IBAN), (29, ""))


@pytest.mark.parametrize(
    ("iban", "kind"),
    [
        ("CH4929999123000889012", "SCOR"),
        ("CH5730000123000889012", "QRR"),
        ("CH4431999123000889012", "QRR"),
        ("CH5232000123000889012", "SCOR"),
    ],
)
def test_bank_numbers_from_30000_to_31999_are_those_of_qr_ibans(iban: str, kind: str) -> None:
    reference = {"SCOR": SCOR, "QRR": QRR}
    assert spc.decode(text_of((4, iban), (28, kind), (29, reference[kind]))).fields["iban"] == iban
    (other,) = set(reference) - {kind}
    assert_line_refused(28, other, "only with one", (4, iban), (29, reference[other]))


def test_a_bill_needs_its_creditor() -> None:
    assert_line_refused(5, "", "neither S nor K", *with_address(6, [""] * 6))


def test_no_reference_means_an_empty_line() -> None:
    assert "Ref" not in spc.decode(text_of((28, "NON"), (29, ""))).fields
    assert_line_refused(29, SCOR, "although its type", (28, "NON"))


def test_combined_addresses_are_read_with_a_warning() -> None:
    said = spc.decode(text_of(*with_address(21, COMBINED)))
    assert said.fields["UltmtDbtr"]["BldgNbOrAdrLine2"] == "9400 Rorschach"
    assert "22 November 2025" in said.warnings[0]
    for at, reason in [(24, "has no BldgNbOrAdrLine2"), (27, "has no Ctry")]:
        assert_line_refused(at, "", reason, *[each for each in with_address(21, COMBINED) if each[0] != at])
    for at in (25, 26):
        assert_line_refused(
            at, "9400", "of type K has no", *[each for each in with_address(21, COMBINED) if each[0] != at]
        )


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ([(2, "0201")], "version 0201"),
        ([(4, "CH58 0079 1123 0008 8901 2")], "blanks or small letters"),
        ([(11, "ch")], "small letters"),
        ([(19, "199.9")], "two decimals"),
        ([(19, "0199.95")], "leading zeros"),
        ([(19, "0.00")], "not to be paid"),
    ],
)
def test_what_is_let_pass_is_said(changes: list[tuple[int, str]], warning: str) -> None:
    said = spc.decode(text_of(*changes))
    assert warning in said.warnings[0] and len(said.warnings) == 1
    assert said.fields["iban"] == IBAN and said.fields["Cdtr"]["Ctry"] == "CH"
    assert said.fields["amount"] in ("199.95", "199.90", "0.00")


def test_what_stands_behind_the_trailer_is_let_pass_only_where_it_has_a_meaning() -> None:
    assert "two slashes" in spc.decode(text_of(tail=("S1/10",))).warnings[0]
    assert "empty lines" in spc.decode(text_of(tail=(*TAIL, ""))).warnings[0]
    assert spc.decode(text_of(tail=("",))).warnings == ()
    assert_line_refused(32, "//" + "x" * 129, "140 characters together")


@given(st.text() | st.text().map(lambda text: f"SPC\n0200\n1\n{text}"))
def test_any_text_is_read_or_refused(payload: str) -> None:
    assert_answers_or_refuses(spc, payload)


@given(
    at=st.integers(0),
    cut=st.integers(0, 4),
    put=st.text(max_size=3) | st.sampled_from(["\n", "\r\n", "S", "K"]),
)
def test_any_change_is_read_or_refused(at: int, cut: int, put: str) -> None:
    assert_answers_or_refuses(spc, mutated(text_of(tail=tuple(TAIL)), at, cut, put))
