"""What a basket costs at a till: the prices of the shop's own rows, never those that a browser sends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from base.core.errors import Refused
from merchants.models import Item, TaxProfile, Till
from merchants.queries import tax_profile_of
from payments.core.basket import Basket, Entry, Tapped, order_lines
from payments.core.pricing import price_lines
from taxes.core.lines import TaxedSale
from taxes.queries import CATEGORIES, CategoryOnOffer
from wallets.core.money import format_minor


@dataclass(frozen=True, slots=True)
class BasketSum:
    """A basket as it would be charged now. lines: as `create_one_time` takes them."""

    lines: list[dict[str, Any]]
    sale: TaxedSale

    @property
    def discount_minor(self) -> int:
        return sum(line.get("discount_minor", 0) for line in self.lines)


def lines_of_basket(till: Till, basket: Basket) -> list[dict[str, Any]]:
    """The priced lines of a basket; one query.

    Refused: item_gone, price_changed (409; fact `prices`: new ones by item), and as `order_lines`.
    """
    currency = till.branch.merchant.currency
    wanted = {line.item for line in basket.lines if isinstance(line, Tapped)}
    rows = Item.objects.filter(merchant=till.branch.merchant_id, pk__in=wanted)
    found = {item.pk: item for item in rows} if wanted else {}
    _check_there([line for line in basket.lines if isinstance(line, Tapped)], found, currency)
    entries = [
        Entry(found[line.item].name, found[line.item].category, found[line.item].price_minor, line.quantity)
        if isinstance(line, Tapped)
        else Entry(
            CATEGORIES.get(line.category, line.category), line.category, line.amount_minor, line.quantity
        )
        for line in basket.lines
    ]
    return order_lines(entries, basket.discount, currency=currency)


def sum_of_basket(till: Till, basket: Basket, offers: Sequence[CategoryOnOffer]) -> BasketSum:
    """What a basket would cost the customer, with its tax; offers: those of today. Two queries.

    Refused as `lines_of_basket`, category_not_sold (400), tax_profile_missing (409).
    """
    lines = lines_of_basket(till, basket)
    profile: TaxProfile = tax_profile_of(till.branch.merchant)
    treatments = {offer.code: offer.treatment for offer in offers}
    if strange := {line["category"] for line in lines} - treatments.keys():
        message = "This cannot be sold here today: no tax rate is known for it."
        raise Refused("category_not_sold", message, categories=sorted(strange))
    sale = price_lines(lines, treatments, inclusive=profile.prices_include_tax, policy=profile.rounding)
    return BasketSum(lines, sale)


def _check_there(tapped: list[Tapped], found: dict[Any, Item], currency: str) -> None:
    """Nothing is charged that is off the counter, or that costs another sum than the cashier saw."""
    for line in tapped:
        item = found.get(line.item)
        if item is None or item.archived_at is not None:
            name = f"“{item.name}”" if item else "One item of this order"
            message = f"{name} is no longer sold. No code was made. Take it out of the order."
            raise Refused("item_gone", message, status=409, item=str(line.item))
    other = {
        line.item: found[line.item] for line in tapped if found[line.item].price_minor != line.seen_minor
    }
    if other:
        told = ", ".join(f"{item.name} {format_minor(item.price_minor, currency)}" for item in other.values())
        message = f"Prices have changed: {told}. No code was made. Look at the total and press again."
        prices = {str(key): item.price_minor for key, item in other.items()}
        raise Refused("price_changed", message, status=409, prices=prices)
