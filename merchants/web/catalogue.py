"""The catalogue's pages: the list, one item with its prices of before, archive and undo, a price list."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from merchants.core.roles import Action
from merchants.flows.add_item import add_item as flow_add_item
from merchants.flows.archive_item import archive_item
from merchants.flows.change_item import change_item
from merchants.flows.import_items import import_items as flow_import_items
from merchants.models import Item, Merchant
from merchants.queries import (
    branches_of,
    item_for,
    items_of,
    picture_of,
    price_changes_of,
    shop_for,
    tax_profile_of,
)
from merchants.web.catalogue_forms import ImportForm, ItemForm
from merchants.web.frame import SignedIn, picture_answer, shop_page, submitted
from taxes.queries import CATEGORIES
from wallets.core.money import format_minor

PAGE_SIZE = 100


@login_required
@require_GET
def items(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    """The list; ?find= searches, ?archived=1 shows what was archived."""
    merchant = shop_for(request.user, merchant_id, Action.MANAGE_SHOP)
    find, archived = request.GET.get("find", "").strip()[:60], "archived" in request.GET
    page = Paginator(items_of(merchant, find=find, archived=archived), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    categories = _categories(merchant)
    return shop_page(
        request,
        merchant,
        "items.html",
        here="items",
        page=page,
        rows=[{"item": item, "category": categories.get(item.category)} for item in page],
        find=find,
        archived=archived,
        undo=_just_archived(request, merchant),
        branches=branches_of(merchant),
    )


def _just_archived(request: SignedIn, merchant: Merchant) -> Item | None:
    """The item whose archiving the list offers to undo."""
    try:
        item_id = UUID(request.GET.get("undo", ""))
    except ValueError:
        return None
    return items_of(merchant, archived=True).filter(pk=item_id).first()


@login_required
def add_item(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    merchant = shop_for(request.user, merchant_id, Action.MANAGE_SHOP)
    form = _item_form(request, merchant)
    if request.method == "POST":
        made = submitted(form, lambda data: form.once(request.user, lambda: _add(request, merchant, data)))
        if made:
            messages.success(request, f"“{made['name']}” is at every till now.")
            again = "more" in request.POST
            return redirect("merchants:add_item" if again else "merchants:items", merchant.pk)
    return shop_page(request, merchant, "item.html", here="items", form=form, item=None)


def _add(request: SignedIn, merchant: Merchant, data: dict[str, Any]) -> dict[str, str]:
    facts = {name: value for name, value in data.items() if name != "key"}
    item = flow_add_item(actor_id=request.user.pk, merchant_id=merchant.pk, **facts)
    return {"item": str(item.pk), "name": item.name}


@login_required
def item(request: SignedIn, item_id: UUID) -> HttpResponse:
    """Change an item; below stand its prices of before."""
    found = item_for(request.user, item_id)
    merchant = found.merchant
    form = _item_form(request, merchant, found)
    if request.method == "POST":

        def change(data: dict[str, Any]) -> Item:
            facts = {name: value for name, value in data.items() if name != "key"}
            return change_item(actor_id=request.user.pk, item_id=found.pk, **facts)

        if changed := submitted(form, change):
            messages.success(request, f"“{changed.name}” is changed. Open tills see it with their next page.")
            return redirect("merchants:items", merchant.pk)
    changes = price_changes_of(found)
    return shop_page(request, merchant, "item.html", here="items", form=form, item=found, changes=changes)


@login_required
@require_POST
def archive(request: SignedIn, item_id: UUID) -> HttpResponse:
    """Off the counter at once; the list offers to undo it."""
    done = archive_item(actor_id=request.user.pk, item_id=item_id, on=True)
    messages.success(request, f"“{done.name}” is off the counter. It is kept under “Archived”.")
    return redirect(f"{reverse('merchants:items', args=[done.merchant_id])}?undo={done.pk}")


@login_required
@require_POST
def restore(request: SignedIn, item_id: UUID) -> HttpResponse:
    done = archive_item(actor_id=request.user.pk, item_id=item_id, on=False)
    messages.success(request, f"“{done.name}” is back at the counter.")
    return redirect("merchants:items", done.merchant_id)


@login_required
def import_items(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    """A price list, pasted or as a file."""
    merchant = shop_for(request.user, merchant_id, Action.MANAGE_SHOP)
    categories = _categories(merchant)
    form = ImportForm(
        request.POST or None, request.FILES or None, categories=categories, currency=merchant.currency
    )
    if request.method == "POST":
        made = submitted(form, lambda data: form.once(request.user, lambda: _import(request, merchant, data)))
        if made:
            told = f"{made['added']} added, {made['changed']} changed, {made['same']} as they were."
            messages.success(request, told)
            return redirect("merchants:items", merchant.pk)
    return shop_page(
        request, merchant, "import_items.html", here="items", form=form, categories=categories.items()
    )


def _import(request: SignedIn, merchant: Merchant, data: dict[str, Any]) -> dict[str, int]:
    done = flow_import_items(actor_id=request.user.pk, merchant_id=merchant.pk, wanted=data["wanted"])
    return {"added": done.added, "changed": done.changed, "same": done.same}


@login_required
@require_GET
def picture(request: SignedIn, item_id: UUID) -> HttpResponse:
    """The picture as it is kept."""
    return picture_answer(picture_of(request.user, item_id, Action.MANAGE_SHOP))


def _item_form(request: SignedIn, merchant: Merchant, found: Item | None = None) -> ItemForm:
    initial = {}
    if found is not None:
        names = ("name", "category", "favourite", "position")
        initial = {name: getattr(found, name) for name in names}
        initial["price"] = format_minor(found.price_minor, merchant.currency)
    return ItemForm(
        request.POST or None,
        request.FILES or None,
        initial=initial,
        categories=_categories(merchant),
        currency=merchant.currency,
        has_picture=bool(found and found.picture_mark),
    )


def _categories(merchant: Merchant) -> dict[str, str]:
    """What the shop sells, by code."""
    return {code: CATEGORIES.get(code, code) for code in tax_profile_of(merchant).categories}
