"""The list of standards: each module can do what it claims, and a text finds its reader."""

import pytest

from base.core.errors import Refused
from merchants.qr import STANDARDS, cpm, emv, link, read
from merchants.qr.base import Reader, Standard, Writer
from tests.merchants.qr.samples import PLAIN

# The type checker holds these modules against the whole signatures; isinstance below sees the names alone.
READERS: dict[str, Reader] = {"emv": emv, "cpm": cpm}
WRITERS: dict[str, Writer] = {"emv": emv}
DRAWERS: dict[str, Standard] = {"link": link}


@pytest.mark.parametrize("name", ["link", "emv", "cpm"])
def test_modules_are_what_they_claim_and_nothing_beside(name):
    module = STANDARDS[name]

    assert isinstance(module, Standard) == (name in DRAWERS)
    assert isinstance(module, Reader) == (name in READERS)
    assert isinstance(module, Writer) == (name in WRITERS)


def test_the_link_is_still_the_first_standard():
    assert next(iter(STANDARDS.items())) == ("link", link)


def test_a_text_goes_to_the_reader_that_claims_it():
    assert read(emv.encode(PLAIN)).standard == "emv"
    assert read("hQVDUFYwMWEDTwGg").standard == "cpm"


def test_what_a_reader_claims_is_refused_by_that_reader():
    with pytest.raises(Refused) as no:
        read("0002")

    assert no.value.code == "qr_malformed"


@pytest.mark.parametrize("text", ["", "hello", "https://pay.example.com/q/abc", " 000201", "\ufeff000201"])
def test_what_nobody_claims_is_unknown(text):
    with pytest.raises(Refused) as no:
        read(text)

    assert (no.value.code, no.value.status, no.value.facts["position"]) == ("qr_unknown", 400, 0)
    assert no.value.facts["reason"]
