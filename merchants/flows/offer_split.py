"""An owner offers a partner a part of each sale. It counts only once the partner has agreed.

The link in the mail is the only copy of the token. What is offered counts against the whole at once, so
that two partners who accept on the same day cannot be promised more than there is.
"""

import secrets
from datetime import date
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from base.flows.ring import ring
from base.models import Notice
from merchants.core.identity import clean_name
from merchants.core.roles import Action
from merchants.core.shares import Promise, check_together, show_percent
from merchants.models import Merchant, SplitRule
from merchants.queries import shop_for

LABEL_MAX = 60


def offer_split(
    *,
    actor_id: UUID,
    merchant_id: UUID,
    email: str,
    share_ppm: int,
    label: str,
    starts_on: date,
    ends_on: date | None = None,
) -> SplitRule:
    """Offer `share_ppm` of the net after fee of each sale from `starts_on` until (not on) `ends_on`.

    Refused: email_invalid, name_*, dates_invalid (400), shares_above_whole (409), not_found (404) for all
    but owners.
    """
    email, name = _address(email), clean_name(label, limit=LABEL_MAX, field="label")
    if ends_on is not None and ends_on <= starts_on:
        raise Refused("dates_invalid", "It ends before it begins.", field="ends_on")
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        merchant = shop_for(actor_id, merchant_id, Action.PAY_OUT)
        # Two offers at once are counted in turn.
        Merchant.objects.select_for_update(no_key=True).get(pk=merchant_id)
        check_together([*_promised(merchant), Promise(share_ppm, starts_on, ends_on)])
        rule = SplitRule.objects.create(
            merchant=merchant,
            label=name,
            share_ppm=share_ppm,
            starts_on=starts_on,
            ends_on=ends_on,
            email=email,
            token_sha256=sha256(token.encode()).digest(),
            asked_by_id=actor_id,
        )
        Notice.objects.create(
            to=email,
            subject=f"{merchant.trade_name} offers you a part of its sales",
            body=_letter(rule, token),
        )
        audit_line(
            actor_id=actor_id,
            action="split.offered",
            subject=rule.pk,
            merchant=merchant_id,
            share_ppm=share_ppm,
            label=name,
        )
        ring(task="base.tasks.send_notices")
    return rule


def _address(text: str) -> str:
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused("email_invalid", "This is not an e-mail address.", field="email") from error
    return email


def _promised(merchant: Merchant) -> list[Promise]:
    """What is offered or agreed and has not ended."""
    rules = merchant.split_rules.exclude(state=SplitRule.State.ENDED)
    return [Promise(*row) for row in rules.values_list("share_ppm", "starts_on", "ends_on")]


def _letter(rule: SplitRule, token: str) -> str:
    until = f" until {rule.ends_on}" if rule.ends_on else ""
    return (
        f"{rule.merchant.trade_name} ({rule.merchant.legal_name}) offers you {show_percent(rule.share_ppm)}\n"
        f"of the net of each of its sales, from {rule.starts_on}{until}: {rule.label}.\n\n"
        "Open this link, sign in with this e-mail address and say which of your shops takes it:\n"
        f"{settings.BASE_URL}/shop/partners/{token}/\n\n"
        "If you do not know this shop, do nothing. Nothing happens without your yes.\n"
    )
