"""A shift is counted, closed and numbered: its Z report is written in the same transaction and never changed.

Lock order: the shift against hand-overs, cash and other closers, while payments go on; the shift against all,
which waits for the payments under way (those that come now wait, and are outside the shift); the till's Z
counter, which stays locked until the commit: a rollback leaves no gap.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection

from base.core.errors import Refused
from base.flows.once import Answer, once
from base.flows.record import audit_line
from base.flows.retry import retry
from base.ids import database_now
from merchants.core.roles import Action
from merchants.models import Till
from merchants.queries import till_for
from payments.core.receipt import digest
from payments.core.z_report import ShiftReport, body
from payments.flows.count_outside import count_outside
from payments.flows.lock_shift import lock_shift
from payments.models import Shift
from payments.queries.shifts import may_close, report_of
from people.models import User
from wallets.core.money_text import display_with_code

_NUMBER = """
INSERT INTO payments_zcounter AS c (till_id, last) VALUES (%s, 1)
ON CONFLICT (till_id) DO UPDATE SET last = c.last + 1 RETURNING last
"""


def close_shift(
    *, actor: User, till_id: UUID, shift_id: UUID, counted_minor: int, reason: str = "", key: str
) -> Shift:
    """The closed shift with its Z report. counted_minor: the cash that is in the drawer.

    Raises Refused: not_found 404, shift_closed 409, shift_not_yours 403 for all but its holder, managers and
    owners, reason_missing 400 where the drawer does not hold what it should, key_reused 422.
    """
    assert counted_minor >= 0, "nobody counts less than nothing"
    till = till_for(actor, till_id, Action.CHARGE)
    answer = _book(actor, till, shift_id, counted_minor, reason, key)
    return Shift.objects.get(pk=answer["shift"])


@retry
def _book(actor: User, till: Till, shift_id: UUID, counted_minor: int, reason: str, key: str) -> Answer:
    return once(
        scope=f"shift:{actor.pk}",
        key=key,
        request={"act": "close", "shift": shift_id, "counted_minor": counted_minor, "reason": reason},
        act=lambda: _act(actor, till, shift_id, counted_minor, reason),
    )


def _act(actor: User, till: Till, shift_id: UUID, counted_minor: int, reason: str) -> Answer:
    shift = lock_shift(till_id=till.pk, shift_id=shift_id)
    if not may_close(actor, shift, till.branch.merchant):
        raise Refused("shift_not_yours", "This shift is another's. Take it over first.", status=403)
    count_outside(shift=shift, till=till, since=shift.opened_at)
    Shift.objects.select_for_update().get(pk=shift.pk)
    report = _whole(report_of(shift, till), counted_minor, reason)
    number = _take_number(till)
    _write(replace(report, number=number), actor, database_now())
    audit_line(
        actor_id=actor.pk,
        action="shift.closed",
        subject=shift.pk,
        merchant=till.branch.merchant_id,
        number=number,
        difference_minor=report.drawer.difference_minor,
    )
    return {"shift": str(shift.pk)}


def _whole(report: ShiftReport, counted_minor: int, reason: str) -> ShiftReport:
    """The report with the count; refused where a difference has no reason."""
    drawer = replace(report.drawer, counted_minor=counted_minor)
    if drawer.difference_minor == 0:
        return replace(report, drawer=drawer)
    if not reason:
        should = display_with_code(drawer.expected_minor, report.currency)
        raise Refused(
            "reason_missing",
            f"The drawer should hold {should}. The shift is still open: count again, or say why it differs.",
        )
    return replace(report, drawer=replace(drawer, reason=reason))


def _take_number(till: Till) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, [till.pk])
        number: int = cursor.fetchone()[0]
    return number


def _write(report: ShiftReport, actor: User, now: datetime) -> None:
    text = body(replace(report, closed_by=actor.pk, closed_at=now))
    closed = Shift.objects.filter(pk=report.shift, closed_at=None).update(
        closed_at=now,
        closed_by=actor,
        expected_minor=report.drawer.expected_minor,
        counted_minor=report.drawer.counted_minor,
        difference_reason=report.drawer.reason,
        number=report.number,
        report=text,
        report_sha256=digest(text),
    )
    assert closed, "a locked shift was closed by another"
