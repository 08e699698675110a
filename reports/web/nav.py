"""The pages of one client, in the order of their tabs: a page is added here and in `urls` only."""

from dataclasses import dataclass
from typing import Any

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


TABS = (
    Tab("books", "Overview"),
    Tab("rates", "Sales by rate"),
    Tab("vat", "VAT figures"),
    Tab("trial", "Trial balance"),
    Tab("ledger", "Ledger"),
    Tab("fees", "Fees"),
    Tab("refunds", "Refunds"),
    Tab("tips", "Tips"),
    Tab("payouts", "Payouts", Action.SEE_PAYOUTS),
    Tab("periods", "Closed periods"),
    Tab("thresholds", "Thresholds"),
    Tab("packs", "Answers"),
    Tab("schedules", "Schedules"),
    Tab("settings", "Settings"),
)


def tabs_for(role: str) -> list[Tab]:
    """The tabs that this role may open."""
    return [tab for tab in TABS if allowed(role, tab.action)]


def frame(request: SignedIn, merchant: Merchant, here: str) -> dict[str, Any]:
    """What the frame of a client's page is drawn from, where no period is picked; one query."""
    return {"merchant": merchant, "here": here, "tabs": tabs_for(role_in(request.user.pk, merchant))}
