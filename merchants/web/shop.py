"""The shop's front: choose a shop, register one, and set it up branch by branch, till by till."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render

from base.core.errors import Refused
from merchants.core.roles import Action, allowed
from merchants.core.trades import trade_label
from merchants.flows.add_branch import add_branch as flow_add_branch
from merchants.flows.add_till import add_till as flow_add_till
from merchants.flows.register import register as flow_register
from merchants.models import Branch, Merchant
from merchants.queries import branch_for, branches_of, codes_of, offers_today, shop_for, shops_of, tills_at
from merchants.web.forms import BranchForm, RegisterForm, TillForm
from merchants.web.frame import SignedIn, shop_page, submitted


@login_required
def home(request: SignedIn) -> HttpResponse:
    """No shop: what to do first. One to manage: its page. Otherwise: choose."""
    memberships = shops_of(request.user)
    if len(memberships) == 1 and allowed(memberships[0].role, Action.MANAGE_SHOP):
        return redirect("merchants:shop", memberships[0].merchant_id)
    return render(request, "merchants/home.html", {"memberships": memberships})


@login_required
def register(request: SignedIn) -> HttpResponse:
    form = RegisterForm(request.POST or None)
    if request.method == "POST":
        made = submitted(form, lambda data: form.once(request.user, lambda: _register(request, data)))
        if made:
            return redirect("merchants:add_branch", made["merchant"])
    return render(request, "merchants/register.html", {"form": form}, status=400 if form.errors else 200)


def _register(request: SignedIn, data: dict[str, object]) -> dict[str, str]:
    facts = {name: value for name, value in data.items() if name != "key"}
    return {"merchant": str(flow_register(actor_id=request.user.pk, **facts).pk)}  # type: ignore[arg-type]


@login_required
def shop(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    """Where the shop stands: the next step, its branches and tills."""
    merchant = shop_for(request.user, merchant_id, Action.MANAGE_SHOP)
    branches = branches_of(merchant)
    for branch in branches:
        branch.merchant = merchant
    steps = _steps(merchant, branches)
    return shop_page(
        request,
        merchant,
        "shop.html",
        here="shop",
        branches=branches,
        trade=trade_label(merchant.mcc),
        steps=steps,
        next_step=next((step for step in steps if not step["done"]), None),
    )


def _steps(merchant: Merchant, branches: list[Branch]) -> list[dict[str, object]]:
    """What a shop needs before it can be paid, in the order to do it."""
    first = branches[0] if branches else None
    return [
        {"name": "branch", "text": "Add a branch", "done": bool(branches)},
        {"name": "till", "text": "Add a till", "done": any(branch.tills.all() for branch in branches)},
        {"name": "rate", "text": "Know the tax rate", "done": first is not None and _can_tax(first)},
        {"name": "code", "text": "Print a code", "done": codes_of(merchant).exists()},
    ]


def _can_tax(branch: Branch) -> bool:
    try:
        return bool(offers_today(branch))
    except Refused:
        return False


@login_required
def add_branch(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    merchant = shop_for(request.user, merchant_id, Action.MANAGE_SHOP)
    form = BranchForm(request.POST or None, country=merchant.country)
    if request.method == "POST":
        made = submitted(form, lambda data: form.once(request.user, lambda: _branch(request, merchant, data)))
        if made:
            return redirect("merchants:add_till", made["branch"])
    first = not branches_of(merchant)
    return shop_page(request, merchant, "add_branch.html", here="shop", form=form, first=first)


def _branch(request: SignedIn, merchant: Merchant, data: dict[str, str]) -> dict[str, str]:
    facts = {name: value for name, value in data.items() if name != "key"}
    branch = flow_add_branch(actor_id=request.user.pk, merchant_id=merchant.pk, **facts)
    return {"branch": str(branch.pk)}


@login_required
def add_till(request: SignedIn, branch_id: UUID) -> HttpResponse:
    branch = branch_for(request.user, branch_id, Action.MANAGE_SHOP)
    form = TillForm(request.POST or None)
    if request.method == "POST":
        made = submitted(form, lambda data: form.once(request.user, lambda: _till(request, branch, data)))
        if made:
            messages.success(request, f"{form.cleaned_data['name']} is set up.")
            return redirect("merchants:shop", branch.merchant_id)
    first = not tills_at(branch)
    return shop_page(
        request, branch.merchant, "add_till.html", here="shop", form=form, branch=branch, first=first
    )


def _till(request: SignedIn, branch: Branch, data: dict[str, str]) -> dict[str, str]:
    till = flow_add_till(actor_id=request.user.pk, branch_id=branch.pk, name=data["name"])
    return {"till": str(till.pk)}
