"""Which state follows which. A change that is not listed here is a bug, not a refusal."""

SESSION = {
    "open": frozenset({"confirmed", "expired", "cancelled"}),
    "confirmed": frozenset[str](),
    "expired": frozenset[str](),
    "cancelled": frozenset[str](),
}
PAYMENT = {"promised": frozenset({"settled"}), "settled": frozenset[str]()}
REFUND = {
    "ordered": frozenset({"posted", "refused"}),
    "posted": frozenset[str](),
    "refused": frozenset[str](),
}
PAYOUT = {
    "ordered": frozenset({"sent"}),
    "sent": frozenset({"paid", "returned"}),
    "paid": frozenset[str](),
    "returned": frozenset[str](),
}


def may_follow(states: dict[str, frozenset[str]], old: str, new: str) -> bool:
    """True where `new` may come right after `old`."""
    return new in states[old]
