"""Tell the tills that something on the shop floor is not as it was: a scan, an open order. No money moved."""

from uuid import UUID

from base.flows.record import NewEvent, record
from base.flows.ring import ring_live
from merchants.models import QrCode
from payments.core.announce import topic

SCAN, ORDER = "scan.changed", "order.changed"


def announce_change(*, kind: str, code: QrCode, subject: UUID, till_id: UUID | None = None) -> None:
    """One event for the code's till (or `till_id`, which an order has left), else for all its branch."""
    assert kind in {SCAN, ORDER}, kind
    audience = topic(till_id or code.till_id, code.branch_id)
    record(events=[NewEvent(audience, kind, subject, code.merchant_id, {"id": str(subject)})])
    ring_live(topics=[audience])
