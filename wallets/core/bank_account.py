"""A bank account that money may be sent to: an IBAN, checked, and how it is shown.

The check digits (ISO 13616, mod 97) and each country's own rules find a slip of the finger, not a
stranger's account: the payer reads the number again before the yes.
"""

from stdnum import iban as rules
from stdnum.exceptions import ValidationError

from base.core.errors import Refused


def read_iban(text: str) -> str:
    """The IBAN in its one form, without spaces. Refused: iban_invalid (400)."""
    try:
        return str(rules.validate(text))
    except ValidationError as error:
        raise Refused(
            "iban_invalid", "This is not an IBAN: a digit may be wrong or missing. Look at it again, please."
        ) from error


def spaced(iban: str) -> str:
    """In groups of four, as it stands on a bank's paper: "DE89 3704 0044 0532 0130 00"."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def masked(iban: str) -> str:
    """Enough to know one's own account by: "DE89 •••• 3000"."""
    return f"{iban[:4]} •••• {iban[-4:]}"
