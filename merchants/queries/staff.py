"""Who works for a shop, who is invited, and which name it has asked for. Takes rows from `shop_for`."""

from hashlib import sha256
from uuid import UUID

from django.db.models.functions import Now

from base.core.errors import Refused
from merchants.models import Invite, Membership, Merchant, NameChange


def members_of(merchant: Merchant) -> list[Membership]:
    """The people who work for the shop today, oldest membership first; one query."""
    return list(merchant.memberships.filter(ended_at=None).select_related("person").order_by("id"))


def works_here(merchant: Merchant, person_id: UUID) -> bool:
    """Whether this person works for the shop today; one query."""
    return merchant.memberships.filter(ended_at=None, person=person_id).exists()


def open_invites_of(merchant: Merchant) -> list[Invite]:
    """Invitations that can still be accepted, newest first; one query."""
    return list(
        merchant.invites.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=Now()).order_by("-id")
    )


def invite_by_token(token: str) -> Invite:
    """The invitation of a mailed link, while it can be accepted; one query. Refused invite_unknown (404)."""
    rows = Invite.objects.select_related("merchant", "invited_by").filter(
        token_sha256=sha256(token.encode()).digest(),
        accepted_at=None,
        withdrawn_at=None,
        expires_at__gt=Now(),
    )
    invite = rows.first()
    if invite is None:
        raise Refused(
            "invite_unknown",
            "This invitation is not open any more: it was used, withdrawn or is older than a week. "
            "Ask the shop for a new one.",
            status=404,
        )
    return invite


def name_change_of(merchant: Merchant) -> NameChange | None:
    """The name the shop has asked for and no operator has answered yet; one query."""
    return merchant.name_changes.filter(state=NameChange.State.ASKED).first()
