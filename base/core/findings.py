"""What a check of the books has found: one broken promise, named so that a person can look it up.

A check reads inside the audit's one snapshot and returns its findings; no finding means the books hold.
"""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Finding:
    """check: the check's name. subject: what is wrong (a code, reference or id). detail: how, in words.

    shard_key: whose books it is about, a merchant or a wallet; None where it is about all of them.
    """

    check: str
    subject: str
    detail: str
    shard_key: UUID | None = None
