"""Which journals may be taken back by a mirrored one, and what does it for the others.

Only kinds that are named here: a new kind of journal is not reversible until somebody has thought
about the orders and papers behind it.
"""

from collections.abc import Iterable

from base.core.errors import Refused
from wallets.core.chart import AccountName
from wallets.core.ledger import Leg

REVERSIBLE = frozenset({"top_up", "send"})
_INSTEAD = {
    "sale": "Refund the payment instead: tax, receipt and fee go with it.",
    "refund": "A refund stands: the shop and the payer agreed to it, and its receipt is numbered.",
    "reversal": "A reversal stands. Do the same thing again if it was right after all.",
}
_OTHERWISE = "Journals of this kind have their own way back."


def check_reversible(kind: str) -> None:
    """Refused("not_reversible", 409) for every kind of journal that has its own way back, or none."""
    if kind not in REVERSIBLE:
        raise Refused(
            "not_reversible", f"{_INSTEAD.get(kind, _OTHERWISE)} Nothing was changed.", status=409, kind=kind
        )


def mirrored(entries: Iterable[tuple[AccountName, int]]) -> tuple[Leg, ...]:
    """The entries with the other sign, in their order."""
    return tuple(Leg(account, -amount_minor) for account, amount_minor in entries)
