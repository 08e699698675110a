"""Who may do what for a business: one table, read by every page and flow.

A role that is not in the table may do nothing, and an action that is not in a role's row is refused.
"""

from enum import StrEnum


class Action(StrEnum):
    """What can be done for a business. CHARGE: a one-time code at a till. EXPORT: take the books away.

    PAY_OUT: send money to the bank, say which account that is, and which tax stays here until it is filed.
    CLOSE_BOOKS: close a period, say that it was filed, ask or agree to open it again.
    """

    CHARGE = "charge"
    REFUND = "refund"
    SEE_SALES = "see_sales"
    MANAGE_CODES = "manage_codes"
    MANAGE_SHOP = "manage_shop"
    MANAGE_STAFF = "manage_staff"
    EXPORT = "export"
    SEE_PAYOUTS = "see_payouts"
    PAY_OUT = "pay_out"
    CLOSE_BOOKS = "close_books"


ALLOWED: dict[str, frozenset[Action]] = {
    "owner": frozenset(Action),
    "manager": frozenset(Action)
    - {Action.MANAGE_STAFF, Action.SEE_PAYOUTS, Action.PAY_OUT, Action.CLOSE_BOOKS},
    # A cashier sees the sales of the till that is worked at, not of the business: payments holds that.
    "cashier": frozenset({Action.CHARGE, Action.SEE_SALES, Action.REFUND}),
    "accountant": frozenset({Action.SEE_SALES, Action.SEE_PAYOUTS, Action.EXPORT, Action.CLOSE_BOOKS}),
}

# What a role is for, in the words of the staff page.
ABOUT: dict[str, str] = {
    "owner": "Everything, also who works here and when money goes to the bank.",
    "manager": "Everything but the staff list, the payouts and closing the books.",
    "cashier": "The till: charge, see its sales, refund.",
    "accountant": "Sales, payouts, books and exports; closes the books. Cannot change anything else.",
}


def allowed(role: str, action: Action) -> bool:
    """May this role do this?"""
    return action in ALLOWED.get(role, frozenset())


def roles_for(action: Action) -> tuple[str, ...]:
    """The roles that may do it, for a query's WHERE."""
    return tuple(role for role in ALLOWED if allowed(role, action))
