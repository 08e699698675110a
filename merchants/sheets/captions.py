"""The fixed sentences of a printed sheet in the languages we print, English where we have none yet.

They are the same table that the branch's own sentences come from (`merchants/core/instructions.py`); those
reach a sheet with its text (`SheetText`).
"""

from merchants.core.instructions import SHEET_WORDS, SheetWords, sheet_words

CAPTIONS = SHEET_WORDS
ENGLISH = SHEET_WORDS["en"]


def captions(language: str) -> SheetWords:
    """By a BCP 47 tag; check_words and caution are what the sheets print of it."""
    return sheet_words(language)
