"""Reads of the merchants app. Every read is scoped by an actor, or takes a row that such a read gave.

Whoever may not see a thing gets the same Refused("not_found", 404) as for an id that does not exist.
"""

from merchants.queries.codes import (
    check_on_offer,
    code_by_token,
    code_for,
    codes_of,
    draw_sheet,
    link_of,
    sheets_of,
    token_of,
)
from merchants.queries.operator import (
    CustomerRow,
    customer_of_wallet,
    frozen_customers,
    frozen_shops,
    name_changes_waiting,
    operator_for,
    search_customers,
    search_shops,
    shop_for_operator,
    shops_waiting,
)
from merchants.queries.shops import (
    Actor,
    branch_for,
    branches_of,
    not_found,
    shop_for,
    shops_of,
    till_for,
    tills_of,
)
from merchants.queries.staff import invite_by_token, members_of, name_change_of, open_invites_of
from merchants.queries.tax import (
    Payee,
    check_open,
    offers_at,
    own_rate_rows,
    own_rates_of,
    payee_of,
    place_rates,
    tax_profile_of,
)

__all__ = [
    "Actor",
    "CustomerRow",
    "Payee",
    "branch_for",
    "branches_of",
    "check_on_offer",
    "check_open",
    "code_by_token",
    "code_for",
    "codes_of",
    "customer_of_wallet",
    "draw_sheet",
    "frozen_customers",
    "frozen_shops",
    "invite_by_token",
    "link_of",
    "members_of",
    "name_change_of",
    "name_changes_waiting",
    "not_found",
    "offers_at",
    "open_invites_of",
    "operator_for",
    "own_rate_rows",
    "own_rates_of",
    "payee_of",
    "place_rates",
    "search_customers",
    "search_shops",
    "sheets_of",
    "shop_for",
    "shop_for_operator",
    "shops_of",
    "shops_waiting",
    "tax_profile_of",
    "till_for",
    "tills_of",
    "token_of",
]
