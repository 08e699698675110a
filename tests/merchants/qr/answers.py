"""What the writer of EMV codes says no with, and a writer that knows no rule."""

import pytest

from base.core.errors import Refused
from merchants.qr import emv
from merchants.qr.crc import crc_text
from merchants.qr.emv_tree import write_tree
from tests.merchants.qr.samples import Fields


def refused(fields: Fields) -> tuple[str, str]:
    """The field and the reason with which writing says no."""
    with pytest.raises(Refused) as no:
        emv.encode(fields)
    assert (no.value.code, no.value.status) == ("qr_field_invalid", 400)
    assert isinstance(no.value.facts["position"], int)
    return no.value.facts["field"], no.value.facts["reason"]


def lax(fields: Fields) -> str:
    """The payload of somebody who knows no rule but tag, length, value and CRC."""
    body = write_tree(fields) + "6304"
    return body + crc_text(body)
