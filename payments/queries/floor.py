"""Reads of the shop floor: who has scanned a printed code, which orders are open, what is shown where.

Each takes a till or a code that a scoped read gave.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from merchants.models import QrCode, Till
from merchants.queries import not_found
from payments.models import Session

# Older scans are people who have put their phone away.
RECENT = timedelta(minutes=10)
MOST = 12
MOST_PRINTED = 200


def printed_at(till: Till) -> list[QrCode]:
    """The printed codes of a till, and those of its branch that name none; one query."""
    rows = QrCode.objects.filter(_here(till), kind=QrCode.Kind.STATIC, state=QrCode.State.ACTIVE)
    return list(rows.select_related("till").order_by("label", "created_at")[:MOST_PRINTED])


def scans_at(till: Till, *, at: datetime) -> list[Session]:
    """The newest open scans of those codes, also of orders that were given to a scan; one query."""
    rows = Session.objects.filter(
        _here(till, "code__"),
        # Orders by their own code are in `orders_at`.
        Q(code__kind=QrCode.Kind.STATIC) | Q(scanned__isnull=False),
        code__branch=till.branch_id,
        state=Session.State.OPEN,
        expires_at__gt=at,
        created_at__gt=at - RECENT,
    )
    related = ("code__merchant__tax_profile", "code__branch", "scanned")
    return list(rows.select_related(*related).order_by("-created_at")[:MOST])


def open_scans(branch_id: UUID, *, at: datetime) -> list[UUID]:
    """The ids of all that the tills of a branch may show at this moment; one query."""
    rows = Session.objects.filter(
        code__branch=branch_id,
        code__kind=QrCode.Kind.STATIC,
        state=Session.State.OPEN,
        expires_at__gt=at,
        created_at__gt=at - RECENT,
    )
    return list(rows.values_list("id", flat=True))


def orders_at(till: Till, *, at: datetime) -> list[QrCode]:
    """The till's orders that nobody has paid yet, newest first, with the sheet that leads there; a query."""
    related = ("merchant__tax_profile", "branch", "pushed_to__till")
    rows = open_orders(at).filter(till=till).select_related(*related)
    return list(rows.order_by("-created_at")[:MOST])


def open_orders(at: datetime) -> QuerySet[QrCode]:
    """One-time codes that can still be paid."""
    return QrCode.objects.filter(
        kind=QrCode.Kind.ONE_TIME, state=QrCode.State.ACTIVE, expires_at__gt=at, paid_by=None
    )


def pushed_order(printed_id: UUID, *, at: datetime) -> QrCode | None:
    """The open order that a scan of this printed code leads to, as `code_by_token` gives codes; one query."""
    rows = open_orders(at).select_related("merchant__tax_profile", "branch", "till", "pushed_to")
    return rows.filter(pushed_to=printed_id).first()


def scan_at(till: Till, session_id: UUID) -> Session:
    """An open scan of a printed code that this till sees; one query. Refused not_found (404)."""
    rows = Session.objects.filter(_here(till, "code__"), pk=session_id, code__kind=QrCode.Kind.STATIC)
    found = rows.select_related("code").first()
    if found is None:
        raise not_found()
    return found


def _here(till: Till, path: str = "") -> Q:
    """Codes of the till, and those of its branch that name no till."""
    return Q(**{f"{path}branch": till.branch_id}) & (
        Q(**{f"{path}till": till.pk}) | Q(**{f"{path}till": None})
    )
