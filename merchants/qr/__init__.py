"""The QR standards we know: one module each, one line each.

To add one: write `merchants/qr/<name>.py` with what it can do (`payload`, `reads` and `decode`, `encode`: see
`base.py`), and name it here. `read` asks them in this order.
"""

from merchants.qr import cpm, emv, epc, link, payto, spc, taler, upi
from merchants.qr.base import Decoded, Reader, Standard, Writer
from merchants.qr.refusals import unknown

STANDARDS: dict[str, Standard | Reader | Writer] = {
    "link": link,
    "emv": emv,
    "cpm": cpm,
    "epc": epc,
    "upi": upi,
    "payto": payto,
    "taler": taler,
    "spc": spc,
}


def read(text: str) -> Decoded:
    """What a payload of any standard says, by the first that claims it.

    Refused (400) with position and reason: qr_unknown where none does, else what its `decode` says.
    """
    for standard in STANDARDS.values():
        if isinstance(standard, Reader) and standard.reads(text):
            return standard.decode(text)
    raise unknown()
