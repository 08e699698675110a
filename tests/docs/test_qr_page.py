"""docs/QR.md: its payload is read, and its tables are compared with the code."""

import re

from merchants.qr import STANDARDS, link, read
from merchants.qr.base import Reader, Writer
from merchants.qr.profiles import PROFILES
from tests.docs.reading import page, rows, section

PAGE = page("docs/QR.md")
YES = {True: "yes", False: "no"}


def test_the_payload_of_the_page_is_read() -> None:
    payloads = re.findall(r"qr_decode (0002\S+)", PAGE)

    assert payloads
    assert {read(payload).crc_ok for payload in payloads} == {True}
    assert f'"position": {len(payloads[0]) - 4}, "reason"' in PAGE


def test_each_standard_has_its_row() -> None:
    table = {name: (is_read, written) for name, is_read, written, _ in rows(PAGE.partition("\n## ")[0])}

    assert table == {
        name: (YES[isinstance(module, Reader)], YES[isinstance(module, Writer)])
        for name, module in STANDARDS.items()
        if module is not link
    }


def test_each_scheme_has_its_row_with_what_it_leaves_out() -> None:
    table = {name: left_out for name, _, _, left_out, _ in rows(section(PAGE, "Schemes inside EMV"))}

    assert table == {profile.name: ", ".join(profile.left_out) for profile in PROFILES}
