"""Where a text may go on in the next line: after a space, and between Chinese or Japanese characters.

Where a word is wider than its box it is cut between whole letters: a mark stays with its letter, a Thai
vowel with its consonant, a Devanagari cluster and an Arabic or Hebrew word stay whole.
"""

import re
import unicodedata

from merchants.sheets.faces import runs_leftwards

# Han, kana, their punctuation and full-width forms.
_WIDE = "\u2e80-\u2fdf\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60"
_NOT_FIRST = "、。，．：；！？）」』】〕〉》〗”’…—・ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々％)\\]}!?,.:;"
_NOT_LAST = "（「『【〔〈《〖“‘(\\[{"
_GAP = re.compile(
    rf"(?<= )(?=[^ ])|(?:(?<=[{_WIDE}])(?=[^ ])|(?<=[^ ])(?=[{_WIDE}]))(?<![{_NOT_LAST}])(?![{_NOT_FIRST}])"
)
_THAI_BEFORE, _THAI_AFTER = "เแโใไ", "ะาำๅๆฯ"  # vowels written before, and signs written after their letter
_VIRAMA = "\u094d"


def pieces(text: str) -> list[str]:
    """The parts that must stay whole, each with the space after it; together they are the text."""
    text = " ".join(text.split())
    return _GAP.split(text) if text else []


def clusters(piece: str) -> list[str]:
    """The smallest parts that can stand at the end of a line without changing how they look."""
    found: list[str] = []
    for c in piece:
        if found and _goes_on(found[-1][-1], c):
            found[-1] += c
        else:
            found.append(c)
    return found


def _goes_on(before: str, c: str) -> bool:
    mark = unicodedata.category(c)[0] == "M" or c in _THAI_AFTER
    joined = before in _THAI_BEFORE or before == _VIRAMA or (runs_leftwards(before) and runs_leftwards(c))
    return mark or joined or c == " "
