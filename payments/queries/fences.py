"""Which tax of a merchant stays here until it is filed, by the modes of its places; for flows and pages."""

from collections.abc import Iterable

from merchants import queries as shops
from merchants.models import Merchant, TaxMode
from payments.core import fences
from payments.core.fences import Fence
from payments.core.payouts import Part
from payments.models import Payment
from wallets.queries import free_of


def accounts_of(merchant: Merchant, currency: str) -> list[Part]:
    """What stands on a merchant's accounts, by code; one query."""
    return [Part(account, free_minor) for account, free_minor in free_of(merchant.pk, currency)]


def fenced_of(merchant: Merchant, accounts: Iterable[Part]) -> tuple[Part, ...]:
    """What of these stays; two queries, two more where a place was ring-fenced before.

    While a sale's tax is provisional all of it stays: what is too much has to be there to be given back.
    """
    if Payment.objects.filter(merchant=merchant, provisional=True).exists():
        return fences.all_tax(accounts)
    modes = shops.tax_modes_of(merchant.pk)
    recorded = [mode for mode in modes.values() if mode.mode == TaxMode.Mode.RECORD]
    kept = shops.kept_of(recorded)
    rules = {
        place: Fence(all_of_it=mode.mode == TaxMode.Mode.RING_FENCE, kept=kept.get(mode.pk, {}))
        for place, mode in modes.items()
    }
    return fences.fenced(accounts, rules)
