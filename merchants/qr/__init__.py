"""The QR standards we can write: one module each, one line each.

To add one: write `merchants/qr/<name>.py` with a `payload` function, and name it here.
"""

from merchants.qr import link
from merchants.qr.base import Standard

STANDARDS: dict[str, Standard] = {
    "link": link,
}
