"""Reads of a shop's catalogue: by those who keep it, and by those who sell from it at a till."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from base.models import AuditLine
from merchants.core.roles import Action
from merchants.models import Item, ItemPicture, Merchant, Till
from merchants.queries.shops import Actor, merchants_for, not_found, one

PRICE_CHANGED = "item.price_changed"


@dataclass(frozen=True, slots=True)
class PriceChange:
    """Who changed a price when, from what to what; who: an address of somebody who works or worked there."""

    at: datetime
    who: str
    old_minor: int
    new_minor: int


def item_for(actor: Actor, item_id: UUID, action: Action = Action.MANAGE_SHOP) -> Item:
    """An item with its merchant, archived or not; one query. Refused not_found (404)."""
    rows = Item.objects.select_related("merchant")
    return one(rows.filter(pk=item_id, merchant__in=merchants_for(actor, action)))


def items_of(merchant: Merchant, *, find: str = "", archived: bool = False) -> QuerySet[Item]:
    """A shop's items in the order of the counter; find: a part of the name."""
    rows = Item.objects.filter(merchant=merchant, archived_at__isnull=not archived)
    if find:
        rows = rows.filter(name__icontains=find)
    return rows.order_by("-favourite", "position", "name", "id")


def items_at_till(till: Till, categories: Collection[str], *, find: str = "") -> list[Item]:
    """What can be sold there: active items of categories that are on offer, favourites first; one query."""
    return list(items_of(till.branch.merchant, find=find).filter(category__in=categories))


def picture_of(actor: Actor, item_id: UUID, action: Action) -> bytes:
    """An item's picture as PNG, for those of its shop who may do this; one query. Refused not_found (404)."""
    rows = ItemPicture.objects.filter(item=item_id, item__merchant__in=merchants_for(actor, action))
    content = rows.values_list("content", flat=True).first()
    if content is None:
        raise not_found()
    return bytes(content)


def price_changes_of(item: Item, *, limit: int = 20) -> list[PriceChange]:
    """The newest changes of an item's price, from the audit trail; one query."""
    rows = AuditLine.objects.filter(subject=item.pk, action=PRICE_CHANGED).order_by("-id")
    return [
        PriceChange(at, who or "", detail["old_minor"], detail["new_minor"])
        for at, who, detail in rows.values_list("created_at", "actor__email", "detail")[:limit]
    ]
