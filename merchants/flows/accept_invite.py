"""The invited person says yes: signed in with the invited address, once."""

from django.db import transaction
from django.db.models.functions import Now

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.models import Invite, Membership
from merchants.queries import invite_by_token
from people.models import User


def accept_invite(*, actor: User, token: str) -> Membership:
    """Take the role. The mail brought the token, so the address is proven by it.

    Refused: invite_unknown (404: used, withdrawn, expired or never made), invite_other_address (403),
    already_member (409; the invitation stays open).
    """
    with transaction.atomic():
        invite = invite_by_token(token)
        if invite.email.lower() != actor.email.lower():
            raise Refused(
                "invite_other_address",
                "This invitation was sent to another e-mail address. Sign in with that one.",
                status=403,
            )
        # Two at once: the second waits here for the first, then finds nothing left to take.
        taken = Invite.objects.filter(pk=invite.pk, accepted_at=None, withdrawn_at=None).update(
            accepted_at=Now()
        )
        if not taken:
            raise Refused("invite_unknown", "This invitation was used already.", status=404)
        membership, made = Membership.objects.get_or_create(
            merchant=invite.merchant, person=actor, ended_at=None, defaults={"role": invite.role}
        )
        if not made:
            raise Refused("already_member", "You work for this shop already.", status=409)
        audit_line(
            actor_id=actor.pk,
            action="invite.accepted",
            subject=membership.pk,
            merchant=invite.merchant_id,
            role=invite.role,
        )
    return membership
