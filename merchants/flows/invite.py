"""A shop invites somebody by e-mail to work for it. The link in the mail is the only copy of the token."""

import secrets
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Now

from base.core.errors import Refused
from base.flows.record import audit_line
from base.flows.ring import ring
from base.ids import database_now
from base.models import Notice
from merchants.core.roles import ABOUT, Action
from merchants.models import Invite, Membership, Merchant
from merchants.queries import shop_for

INVITE_LIFE = timedelta(days=7)
MOST_OPEN = 50  # a shop is not a mailing list


def invite(*, actor_id: UUID, merchant_id: UUID, email: str, role: str) -> Invite:
    """Invite an address for a role, for seven days; an older open invitation of that address is withdrawn.

    Refused: role_unknown, email_invalid (400), already_member, too_many_invites (409), not_found (404).
    """
    email = email.strip().lower()
    if role not in Membership.Role.values:
        raise Refused("role_unknown", "Please choose a role.", field="role")
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused("email_invalid", "This is not an e-mail address.", field="email") from error
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        merchant = shop_for(actor_id, merchant_id, Action.MANAGE_STAFF)
        Merchant.objects.select_for_update(no_key=True).get(pk=merchant_id)
        if merchant.memberships.filter(person__email__iexact=email, ended_at=None).exists():
            raise Refused("already_member", "This person works here already.", status=409, field="email")
        opened = merchant.invites.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=Now())
        opened.filter(email=email).update(withdrawn_at=Now())
        if opened.count() >= MOST_OPEN:
            raise Refused("too_many_invites", "Too many invitations are open. Withdraw some.", status=409)
        row = Invite.objects.create(
            merchant=merchant,
            email=email,
            role=role,
            token_sha256=sha256(token.encode()).digest(),
            invited_by_id=actor_id,
            expires_at=database_now() + INVITE_LIFE,
        )
        Notice.objects.create(
            to=email,
            subject=f"{merchant.trade_name} invites you on Quittance",
            body=_letter(merchant, role, token),
        )
        audit_line(actor_id=actor_id, action="invite.sent", subject=row.pk, merchant=merchant_id, role=role)
        ring(task="base.tasks.send_notices")
    return row


def _letter(merchant: Merchant, role: str, token: str) -> str:
    return (
        f"{merchant.trade_name} ({merchant.legal_name}) invites you to work with it as {role}.\n"
        f"{ABOUT[role]}\n\n"
        "Open this link and sign in with this e-mail address. It works once, for seven days:\n"
        f"{settings.BASE_URL}/shop/invites/{token}/\n\n"
        "If you do not know this shop, do nothing.\n"
    )
