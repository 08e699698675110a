"""The pages of one client, in the order of their tabs: a page is added here and in `urls` only."""

from dataclasses import dataclass

from merchants.core.roles import Action, allowed


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
    # Thresholds, answer pack, schedules and sealed periods take their place before the settings.
    Tab("settings", "Settings"),
)


def tabs_for(role: str) -> list[Tab]:
    """The tabs that this role may open."""
    return [tab for tab in TABS if allowed(role, tab.action)]
