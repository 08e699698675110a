"""The whole matrix of roles and actions, written out once more by hand."""

import pytest

from merchants.core.roles import ABOUT, ALLOWED, Action, allowed, roles_for
from merchants.models import Membership

#                        owner manager cashier accountant
MATRIX = {
    Action.CHARGE: (True, True, True, False),
    Action.REFUND: (True, True, True, False),
    Action.SEE_SALES: (True, True, True, True),
    Action.MANAGE_CODES: (True, True, False, False),
    Action.MANAGE_SHOP: (True, True, False, False),
    Action.MANAGE_STAFF: (True, False, False, False),
    Action.EXPORT: (True, True, False, True),
    Action.SEE_PAYOUTS: (True, False, False, True),
    Action.PAY_OUT: (True, False, False, False),
    Action.CLOSE_BOOKS: (True, False, False, True),
}
ROLES = ("owner", "manager", "cashier", "accountant")


@pytest.mark.parametrize("action", Action)
def test_matrix(action: Action) -> None:
    assert tuple(allowed(role, action) for role in ROLES) == MATRIX[action]


@pytest.mark.parametrize("action", Action)
def test_roles_for_says_the_same(action: Action) -> None:
    assert set(roles_for(action)) == {role for role in ROLES if allowed(role, action)}


@pytest.mark.parametrize("role", ["", "admin", "Owner", "owner "])
def test_an_unknown_role_may_do_nothing(role: str) -> None:
    assert not any(allowed(role, action) for action in Action)


def test_the_table_knows_the_roles_of_the_database() -> None:
    assert set(ALLOWED) == set(ABOUT) == set(Membership.Role.values) == set(ROLES)
