"""The door behind every printed code: a scan opens a session and leads to its page.

The browser remembers its scans, so that a reload or a second look at the same code finds the same page, and
so that a scan that nobody has signed in to can be seen by nobody else.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from base.core.errors import Refused
from base.ids import database_now
from merchants.queries import code_by_token
from payments import queries
from payments.flows.open_session import open_session
from payments.models import Session
from payments.queries.floor import pushed_order

SCANS = "scans"  # in the browser's session: {code id: session id}
KEPT = 10


@require_GET
def scan(request: HttpRequest, token: str) -> HttpResponse:
    """Open a session for this code, or go on with this browser's open one.

    ?own=1: the order that the shop has put on the code is another customer's.
    """
    code_id, own = code_by_token(token).pk, "own" in request.GET
    session_id = _still_open(request, code_id, own=own)
    if session_id is None:
        try:
            session_id = open_session(token=token, person_id=request.user.pk, pass_by_order=own).pk
        except Refused as no:
            if "payment" in no.facts:  # a one-time code that this very person has paid
                return redirect("payments:paid", no.facts["payment"])
            raise
        _remember(request, code_id, session_id)
    return redirect("payments:pay", session_id)


def scanned_here(request: HttpRequest, session_id: UUID) -> bool:
    """Whether this browser made the scan."""
    return str(session_id) in request.session.get(SCANS, {}).values()


def _still_open(request: HttpRequest, code_id: UUID, *, own: bool) -> UUID | None:
    """This browser's open scan of the code, unless what the code leads to is another thing by now."""
    known = request.session.get(SCANS, {}).get(str(code_id))
    if known is None:
        return None
    try:
        found = queries.session_for(UUID(known), person_id=request.user.pk, scanned=True)
    except Refused:  # it has become another person's
        return None
    now = database_now()
    if found.state != Session.State.OPEN or found.expires_at <= now:
        return None
    if found.code_id == code_id:
        return found.pk if own or pushed_order(code_id, at=now) is None else None
    # An order that was given to this very scan, or that was on the code: good while it can be paid.
    return None if own or queries.payer_of_code(found.code_id) else found.pk


def _remember(request: HttpRequest, code_id: UUID, session_id: UUID) -> None:
    scans = request.session.get(SCANS, {})
    scans.pop(str(code_id), None)
    scans[str(code_id)] = str(session_id)
    request.session[SCANS] = dict(list(scans.items())[-KEPT:])
