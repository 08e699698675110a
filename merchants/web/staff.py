"""Who works for a shop: the list, invitations, endings, and the page that a mailed invitation opens."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from merchants.core.roles import ABOUT, Action
from merchants.flows.accept_invite import accept_invite
from merchants.flows.end_membership import end_membership
from merchants.flows.invite import invite as flow_invite
from merchants.flows.withdraw_invite import withdraw_invite
from merchants.queries import invite_by_token, members_of, not_found, open_invites_of, shop_for
from merchants.web.forms import InviteForm
from merchants.web.frame import SignedIn, shop_page, submitted


@login_required
def staff(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    """The list, with a form that invites."""
    merchant = shop_for(request.user, merchant_id, Action.MANAGE_STAFF)
    form = InviteForm(request.POST or None)
    if request.method == "POST":
        sent = submitted(
            form,
            lambda data: flow_invite(actor_id=request.user.pk, merchant_id=merchant.pk, **data),
        )
        if sent:
            messages.success(request, f"An invitation is on its way to {sent.email}.")
            return redirect("merchants:staff", merchant.pk)
    return shop_page(
        request,
        merchant,
        "staff.html",
        here="staff",
        form=form,
        members=members_of(merchant),
        invites=open_invites_of(merchant),
    )


@login_required
@require_POST
def withdraw(request: SignedIn, merchant_id: UUID, invite_id: UUID) -> HttpResponse:
    withdraw_invite(actor_id=request.user.pk, merchant_id=merchant_id, invite_id=invite_id)
    messages.success(request, "The invitation is withdrawn.")
    return redirect("merchants:staff", merchant_id)


@login_required
def end(request: SignedIn, merchant_id: UUID, membership_id: UUID) -> HttpResponse:
    """Asked first, then done."""
    merchant = shop_for(request.user, merchant_id, Action.MANAGE_STAFF)
    member = next((row for row in members_of(merchant) if row.pk == membership_id), None)
    if member is None:
        raise not_found()
    if request.method == "POST":
        end_membership(actor_id=request.user.pk, merchant_id=merchant_id, membership_id=membership_id)
        messages.success(request, f"{member.person.email} does not work here any more.")
        mine = member.person_id == request.user.pk
        return redirect("merchants:home") if mine else redirect("merchants:staff", merchant_id)
    return shop_page(request, merchant, "end_membership.html", here="staff", member=member)


@login_required
def invite(request: SignedIn, token: str) -> HttpResponse:
    """What a mailed invitation opens: who asks, for what; yes takes it."""
    if request.method == "POST":
        membership = accept_invite(actor=request.user, token=token)
        messages.success(request, f"Welcome to {membership.merchant.trade_name}.")
        return redirect("merchants:home")
    found = invite_by_token(token)
    other = found.email.lower() != request.user.email.lower()
    context = {"invite": found, "about": ABOUT[found.role], "other_address": other}
    return render(request, "merchants/invite.html", context)
