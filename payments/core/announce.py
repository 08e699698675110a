"""What a till is told about a payment: enough to show and say it, nothing about the payer."""

from datetime import datetime
from typing import Any
from uuid import UUID


def topic(till: UUID | None, branch: UUID) -> str:
    """The audience of a payment: its till, or all tills of the branch for a code without one."""
    return f"till:{till}" if till else f"branch:{branch}"


def facts(
    *,
    payment: UUID,
    sale_minor: int,
    tip_minor: int,
    total_minor: int,
    refunded_minor: int,
    currency: str,
    state: str,
    label: str,
    reference: str,
    happened_at: datetime,
    receipt_no: int | None = None,
    code: UUID | None = None,
) -> dict[str, Any]:
    """The payload of an event, JSON-safe; amounts in minor units."""
    return {
        "payment": str(payment),
        "sale_minor": sale_minor,
        "tip_minor": tip_minor,
        "total_minor": total_minor,
        "refunded_minor": refunded_minor,
        "currency": currency,
        "state": state,
        "label": label,
        "reference": reference,
        "happened_at": happened_at.isoformat(),
        "receipt_no": receipt_no,
        "code": str(code) if code else None,
    }
