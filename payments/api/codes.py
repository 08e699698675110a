"""One-time codes for a shop's own software: make one for an order, ask what became of it.

An amount is text in the currency's own decimals ("12.90"): a JSON number may have been a float on its way
here, so it is refused.
"""

from typing import Any
from uuid import UUID

from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from base.core.errors import Refused
from base.ids import database_now
from merchants.core.roles import Action
from merchants.core.words import words_on_screen
from merchants.flows.create_qr import MOST_PIECES
from merchants.models import QrCode
from merchants.queries import code_for, link_of, till_for
from payments.flows.charge import charge
from payments.models import Payment
from payments.queries.till import payment_of_code, sale_of_code, state_of_code
from people.models import User
from taxes.queries import CATEGORIES
from wallets.core.money import format_minor, parse_amount

KEY_LENGTH = 200


class AmountField(serializers.Field[int, str, str, Any]):
    """Text to minor units of the currency in the serializer's context. Refused: as `parse_amount`."""

    def to_internal_value(self, data: str) -> int:
        return parse_amount(data, self.context["currency"])


class Codes(APIView):
    """POST /api/tills/<till>/codes with the header Idempotency-Key"""

    class Order(serializers.Serializer[object]):
        """Either one amount with its category, or lines."""

        class Line(serializers.Serializer[object]):
            description = serializers.CharField(max_length=80)
            category = serializers.CharField(max_length=30)
            amount = AmountField()
            quantity = serializers.IntegerField(min_value=1, max_value=MOST_PIECES, default=1)

        amount = AmountField(required=False)
        category = serializers.CharField(max_length=30, required=False)
        description = serializers.CharField(max_length=80, required=False)
        lines = Line(many=True, required=False, allow_empty=False)
        reference = serializers.CharField(max_length=40, default="", allow_blank=True)
        tip_allowed = serializers.BooleanField(default=True)

        def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
            one = {"amount", "category"} & set(attrs)
            if ("lines" in attrs) == bool(one) or len(one) == 1:
                raise serializers.ValidationError("Send an amount with its category, or lines.")
            return attrs

    def post(self, request: Request, till_id: UUID) -> Response:
        """201 with the code; the same key and order give the same code again."""
        assert isinstance(request.user, User), "the API is for people who are signed in"
        till = till_for(request.user, till_id, Action.CHARGE)
        key = _key(request)
        order = self.Order(data=request.data, context={"currency": till.branch.merchant.currency})
        order.is_valid(raise_exception=True)
        said = order.validated_data
        code = charge(
            actor=request.user,
            till_id=till_id,
            lines=_lines(said),
            reference=said["reference"],
            tip_allowed=said["tip_allowed"],
            key=key,
        )
        return Response(_code(code), status=status.HTTP_201_CREATED)


class Code(APIView):
    """GET /api/codes/<code>"""

    def get(self, request: Request, code_id: UUID) -> Response:
        """state: active, retired, expired or paid; payment: null until it is paid."""
        code = code_for(request.user, code_id, Action.CHARGE)
        payment = payment_of_code(code)
        state = state_of_code(code, payment, at=database_now())
        return Response({"id": str(code.pk), "state": state, "payment": payment and _payment(payment)})


def _key(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not (0 < len(key) <= KEY_LENGTH and key.isascii() and key.isprintable()):
        raise Refused(
            "idempotency_key_missing",
            f"Send the header Idempotency-Key: up to {KEY_LENGTH} plain characters, new for each order.",
        )
    return key


def _lines(said: dict[str, Any]) -> list[dict[str, Any]]:
    lines = said.get("lines")
    if lines is None:
        title = said.get("description") or CATEGORIES.get(said["category"], said["category"])
        lines = [{"description": title, "category": said["category"], "amount": said["amount"]}]
    return [
        {
            "description": line["description"],
            "category": line["category"],
            "amount_minor": line["amount"],
            "quantity": line.get("quantity", 1),
        }
        for line in lines
    ]


def _code(code: QrCode) -> dict[str, Any]:
    sale, currency = sale_of_code(code), code.merchant.currency
    assert code.expires_at is not None
    return {
        "id": str(code.pk),
        "link": link_of(code),
        "words": words_on_screen(code.pk, code.branch.country, code.branch.region),
        "expires_at": code.expires_at.isoformat(),
        "reference": code.reference,
        "currency": currency,
        "amounts": {
            "net": format_minor(sale.net_minor, currency),
            "tax": format_minor(sale.tax_minor, currency),
            "total": format_minor(sale.gross_minor, currency),
        },
    }


def _payment(payment: Payment) -> dict[str, Any]:
    currency = payment.currency
    return {
        "id": str(payment.pk),
        "state": payment.state,
        "currency": currency,
        "total": format_minor(payment.total_minor, currency),
        "tip": format_minor(payment.tip_minor, currency),
        "refunded": format_minor(payment.refunded_minor, currency),
        "happened_at": payment.happened_at.isoformat(),
    }
