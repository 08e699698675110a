"""Which tax of a merchant stays here until it is filed, by the modes of its places; for flows and pages."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Sum

from merchants import queries as shops
from merchants.models import Merchant, TaxMode
from payments.core import fences
from payments.core.fences import Fence, still_kept
from payments.core.payouts import Part
from payments.models import Payment, TaxReleasePart
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
    released = _released_since(mode for mode in recorded if kept[mode.pk])
    rules = {
        place: Fence(
            all_of_it=mode.mode == TaxMode.Mode.RING_FENCE,
            kept=still_kept(kept.get(mode.pk, {}), released.get(mode.pk, {})),
        )
        for place, mode in modes.items()
    }
    return fences.fenced(accounts, rules)


def _released_since(modes: Iterable[TaxMode]) -> dict[UUID, dict[str, int]]:
    """What was released while these modes were in force: minor units by account, by mode."""
    found: dict[UUID, dict[str, int]] = {mode.pk: {} for mode in modes}
    if found:
        rows = TaxReleasePart.objects.filter(release__tax_mode__in=list(found))
        sums = rows.values_list("release__tax_mode", "account").annotate(Sum("amount_minor"))
        for mode, account, amount_minor in sums.order_by("release__tax_mode", "account"):
            found[mode][account] = amount_minor
    return found
