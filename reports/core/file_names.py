"""What a file is called where it is handed out: names that every disk and header takes."""

import re
import unicodedata
from uuid import UUID


def file_stem(trade_name: str, merchant: UUID, period: str, what: str) -> str:
    """ "quittance-cafe-morgenrot-2026-11-transactions": plain ASCII, without an ending.

    A name of which nothing is left is written as the end of the merchant's id.
    """
    plain = unicodedata.normalize("NFKD", trade_name).encode("ascii", "ignore").decode()
    shop = "-".join(re.findall(r"[a-z0-9]+", plain.lower()))[:40].strip("-") or str(merchant)[-12:]
    return f"quittance-{shop}-{period}-{what}"
