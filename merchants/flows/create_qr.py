"""A code comes to be; here the one-time code (an amount, five minutes), and what all kinds share.

Fail closed: no tax profile, an unknown rate or a stopped shop, and there is no code.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from base.ids import database_now
from merchants.core.identity import clean_name, clean_text
from merchants.core.roles import Action
from merchants.models import Branch, QrCode, Till
from merchants.queries import (
    check_on_offer,
    check_open,
    link_of,
    till_for,
    token_of,
)
from wallets.core.money import MAX_MINOR

MAX_LINES = 50
MOST_PIECES = 999
__all__ = ["create_one_time", "create_qr", "link_of", "token_of"]


def create_one_time(
    *,
    actor_id: UUID,
    till_id: UUID,
    lines: Sequence[Mapping[str, Any]],
    reference: str = "",
    tip_allowed: bool = True,
    happened_at: datetime | None = None,
) -> QrCode:
    """A code for one sale; a line is {"description", "category", "amount_minor"}, as the shop prices, and
    may have "quantity" and "discount_minor": amount_minor is for all pieces, with the discount taken off.

    Lives ONE_TIME_CODE_LIFE after `happened_at` (by default the database's now).
    Refused: not_found (404); shop_frozen, shop_rejected, tax_profile_missing, tax_rate_missing (409);
    category_not_sold, name_*, lines_invalid, amount_invalid, amount_too_large, quantity_invalid (400).
    """
    cleaned = [_line(line) for line in lines]
    if not 1 <= len(cleaned) <= MAX_LINES:
        raise Refused("lines_invalid", f"Between 1 and {MAX_LINES} lines, please.")
    total = sum(line["amount_minor"] for line in cleaned)
    if total == 0:
        raise Refused("amount_invalid", "There is nothing to pay.")
    if total > MAX_MINOR:
        raise Refused("amount_too_large", "This amount is too large.")
    reference = clean_text(reference, limit=40, field="reference")
    with transaction.atomic():
        till = till_for(actor_id, till_id, Action.CHARGE)
        at = happened_at or database_now()
        return create_qr(
            actor_id=actor_id,
            branch=till.branch,
            till=till,
            categories={line["category"] for line in cleaned},
            at=at,
            kind=QrCode.Kind.ONE_TIME,
            lines=cleaned,
            reference=reference,
            tip_allowed=tip_allowed,
            expires_at=at + settings.ONE_TIME_CODE_LIFE,
        )


def create_qr(
    *, actor_id: UUID, branch: Branch, till: Till | None, categories: set[str], at: datetime, **fields: Any
) -> QrCode:
    """What both kinds share: the guards, a random id, the row, the audit line."""
    check_may_sell(branch, categories, at=at)
    code = new_code(actor_id=actor_id, branch=branch, till=till, **fields)
    code.save(force_insert=True)
    audit_line(
        actor_id=actor_id,
        action="code.created",
        subject=code.pk,
        merchant=code.merchant_id,
        kind=code.kind,
        label=code.label,
    )
    return code


def check_may_sell(branch: Branch, categories: set[str], *, at: datetime) -> None:
    """The guards of every code, on the branch's day of `at`; refused as `create_one_time` says."""
    check_open(branch.merchant)
    check_on_offer(branch, categories, at.astimezone(ZoneInfo(branch.time_zone)).date())


def new_code(*, actor_id: UUID, branch: Branch, till: Till | None, **fields: Any) -> QrCode:
    """A code under the active key, not yet saved."""
    return QrCode(
        id=UUID(bytes=secrets.token_bytes(16)),
        key_id=next(iter(settings.CODE_KEYS)),
        merchant=branch.merchant,
        branch=branch,
        till=till,
        created_by_id=actor_id,
        **fields,
    )


def _line(line: Mapping[str, Any]) -> dict[str, Any]:
    """One line of an order, with nothing in it that we do not know."""
    amount, quantity, off = line.get("amount_minor"), line.get("quantity", 1), line.get("discount_minor", 0)
    if type(amount) is not int or type(off) is not int or off < 0 or amount < (0 if off else 1):
        raise Refused("amount_invalid", "Each line needs an amount above zero, in the smallest unit.")
    if type(quantity) is not int or not 1 <= quantity <= MOST_PIECES:
        raise Refused("quantity_invalid", f"A line has 1 to {MOST_PIECES} pieces.")
    return {
        "description": clean_name(str(line.get("description", "")), limit=80, field="description"),
        "category": str(line.get("category", "")),
        "amount_minor": amount,
        **({"quantity": quantity} if quantity > 1 else {}),
        **({"discount_minor": off} if off else {}),
    }
