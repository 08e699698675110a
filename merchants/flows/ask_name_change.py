"""A shop asks to trade under another name. Payers see it only after an operator has agreed."""

from uuid import UUID

from django.db import IntegrityError, transaction

from base.core.errors import Refused
from base.flows.record import audit_line
from merchants.core.identity import TRADE_NAME_MAX, clean_name
from merchants.core.roles import Action
from merchants.models import NameChange
from merchants.queries import shop_for


def ask_name_change(*, actor_id: UUID, merchant_id: UUID, trade_name: str) -> NameChange:
    """Ask. Refused: name_* (400), name_unchanged (400), name_change_open (409), not_found (404)."""
    trade_name = clean_name(trade_name, limit=TRADE_NAME_MAX, field="trade_name")
    with transaction.atomic():
        merchant = shop_for(actor_id, merchant_id, Action.MANAGE_SHOP)
        if trade_name == merchant.trade_name:
            raise Refused("name_unchanged", "This is the name already.", field="trade_name")
        try:
            with transaction.atomic():
                change = NameChange.objects.create(
                    merchant=merchant, trade_name=trade_name, asked_by_id=actor_id
                )
        except IntegrityError as error:
            message = "A name is waiting for an operator already."
            raise Refused("name_change_open", message, status=409, field="trade_name") from error
        audit_line(
            actor_id=actor_id,
            action="name_change.asked",
            subject=change.pk,
            merchant=merchant_id,
            trade_name=trade_name,
        )
    return change
