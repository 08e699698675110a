"""Words that one person types and another reads: folded, and free of what cannot be seen.

Bidi controls, zero-width and control characters can turn or hide a line of text, so they are refused
rather than dropped: what somebody reads is what somebody typed.
"""

import unicodedata

from base.core.errors import Refused

# Joiners are needed to write Persian, Hindi and other scripts; all other format characters only hide things.
_JOINERS = {"\N{ZERO WIDTH NON-JOINER}", "\N{ZERO WIDTH JOINER}"}


def plain_text(text: str, *, limit: int) -> str:
    """The text composed (NFC), on one line, white space folded; may be empty.

    Refused: text_invalid for characters that cannot be seen, text_too_long for more than `limit`.
    """
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    if any(unicodedata.category(sign)[0] == "C" and sign not in _JOINERS for sign in folded):
        raise Refused("text_invalid", "This holds characters that cannot be seen. Type it anew, please.")
    if len(folded) > limit:
        raise Refused("text_too_long", f"At most {limit} characters, please.")
    return folded
