"""An order was paid short: one more code asks for what is missing, and its payment counts for the order."""

from typing import Any
from uuid import UUID

from base.core.errors import Refused
from base.flows.once import Answer, once
from base.flows.retry import retry
from base.ids import database_now
from merchants.core.roles import Action
from merchants.flows.create_qr import create_one_time
from merchants.models import QrCode
from merchants.queries import code_for
from payments.core.order_money import SHORT, rest_of
from payments.core.pricing import price_lines
from payments.models import Rest
from payments.queries import treatments_of
from payments.queries.floor import open_orders
from payments.queries.orders import order_of, root_of
from payments.queries.till import code_at_till, sale_of_code
from people.models import User
from taxes.core.lines import TaxedLine

NEAR = 2


def ask_rest(*, actor: User, till_id: UUID, code_id: UUID, key: str) -> QrCode:
    """A code for what the order lacks, or the one that asks for it already. One key is one code.

    Refused: not_found 404; nothing_missing 409; rest_not_exact 409 (prices without tax, and none comes
    to the rest: give the payment back, or charge anew), and what `create_one_time` refuses.
    """
    answer = _book(actor, till_id, code_id, key)
    return code_for(actor, UUID(answer["code"]), Action.CHARGE)


@retry
def _book(actor: User, till_id: UUID, code_id: UUID, key: str) -> Answer:
    asked = {"till": till_id, "order": code_id}
    return once(scope=f"rest:{actor.pk}", key=key, request=asked, act=lambda: _act(actor, till_id, code_id))


def _act(actor: User, till_id: UUID, code_id: UUID) -> Answer:
    code = root_of(code_at_till(actor, till_id, code_id))
    QrCode.objects.select_for_update(no_key=True).get(pk=code.pk)
    order = order_of(code_at_till(actor, till_id, code.pk))
    if order.money.state != SHORT:
        raise Refused("nothing_missing", "Nothing is missing of this order. No code is made.", status=409)
    asking = open_orders(database_now()).filter(rest__order=code).first()
    if asking is not None:
        return {"code": str(asking.pk)}
    made = create_one_time(
        actor_id=actor.pk,
        till_id=till_id,
        lines=_lines(order.code, order.money.missing_minor),
        reference=code.reference,
        tip_allowed=False,
    )
    Rest.objects.create(code=made, order=code)
    return {"code": str(made.pk)}


def _lines(code: QrCode, missing_minor: int) -> list[dict[str, Any]]:
    """The lines that are not covered yet, as the shop prices."""
    sale, profile = sale_of_code(code), code.merchant.tax_profile
    rests = rest_of([line.gross_minor for line in sale.lines], missing_minor)
    open_lines = [(line, rest) for line, rest in zip(sale.lines, rests, strict=True) if rest]
    if profile.prices_include_tax:
        return [_line(line, rest) for line, rest in open_lines]
    treatments = treatments_of(code, at=code.created_at)
    # Only the first of them is partly paid. Its price without tax is near its share; a cent more or less
    # may be what brings the taxed sum to what is missing.
    (first, part), others = open_lines[0], [_line(line, line.net_minor) for line, _ in open_lines[1:]]
    near = part * first.net_minor // first.gross_minor
    for price in range(max(near - NEAR, 1), near + NEAR + 1):
        lines = [_line(first, price), *others]
        if (
            price_lines(lines, treatments, inclusive=False, policy=profile.rounding).gross_minor
            == missing_minor
        ):
            return lines
    raise Refused(
        "rest_not_exact",
        "No price without tax comes to exactly what is missing. Give the payment back, or charge anew.",
        status=409,
    )


def _line(line: TaxedLine, amount_minor: int) -> dict[str, Any]:
    return {"description": line.description, "category": line.category, "amount_minor": amount_minor}
