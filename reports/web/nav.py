"""The pages of one client in the groups of their menu: a page is added here and in `urls` only.

A role is offered only what it may open, and the period that was picked goes along to the next page.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.http import urlencode

from merchants.core.roles import Action, allowed
from merchants.models import Merchant
from merchants.queries import role_in
from reports.web.signed_in import SignedIn


@dataclass(frozen=True, slots=True)
class Tab:
    """page: the name of its address below /books/<client>/. action: who else may not see it."""

    page: str
    label: str
    action: Action = Action.EXPORT


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs together: the menu's first row has its name, the second its pages."""

    label: str
    tabs: tuple[Tab, ...]


MENU = (
    Group("Overview", (Tab("books", "Overview"),)),
    Group("Tax", (Tab("rates", "Sales by rate"), Tab("vat", "VAT figures"), Tab("thresholds", "Thresholds"))),
    Group("Ledger", (Tab("trial", "Trial balance"), Tab("ledger", "General ledger"))),
    Group(
        "Transactions",
        (
            Tab("refunds", "Refunds"),
            Tab("tips", "Tips"),
            Tab("fees", "Fees"),
            Tab("payouts", "Payouts", Action.SEE_PAYOUTS),
        ),
    ),
    Group("Files", (Tab("exports", "Exports"), Tab("schedules", "Scheduled files"))),
    Group(
        "Closing",
        (
            Tab("periods", "Closed periods"),
            Tab("packs", "Answer an authority"),
            Tab("settings", "Fiscal year"),
        ),
    ),
)


def menu(role: str, here: str, query: str) -> dict[str, Any]:
    """What the menu is drawn from. here: the page that is shown. query: the picked period, for addresses."""
    of_role = [
        replace(group, tabs=tabs)
        for group in MENU
        if (tabs := tuple(tab for tab in group.tabs if allowed(role, tab.action)))
    ]
    group = next((each for each in of_role if here in (tab.page for tab in each.tabs)), None)
    return {"groups": of_role, "group": group, "here": here, "query": query}


def frame(request: SignedIn, merchant: Merchant, here: str) -> dict[str, Any]:
    """What the frame of a client's page is drawn from, where no period is picked; one query."""
    picked = {name: request.GET[name] for name in ("period", "zone") if request.GET.get(name)}
    query = f"?{urlencode(picked)}" if picked else ""
    return {"merchant": merchant, **menu(role_in(request.user.pk, merchant), here, query)}
