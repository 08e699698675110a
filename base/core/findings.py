"""What a check of the books has found: one broken promise, named so that a person can look it up.

A check reads inside the audit's one snapshot and returns its findings; no finding means the books hold.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """check: the check's name. subject: what is wrong (a code, reference or id). detail: how, in words."""

    check: str
    subject: str
    detail: str
