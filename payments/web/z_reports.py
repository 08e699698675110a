"""Z reports: of one till for whoever works there, of all tills for those who see all the shop's sales."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.views.decorators.http import require_safe

from merchants.core.roles import Action
from merchants.queries import till_for
from payments.core.z_report import people_in
from payments.models import Shift
from payments.papers.z_text import z_text
from payments.queries.sales import shop_with_sales
from payments.queries.shifts import names_of, shift_at_till, shift_of_shop, z_reports_at, z_reports_of
from payments.web.sales import desk
from payments.web.signed_in import SignedIn

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class ZRow:
    """One Z report in a list. Needs its till's branch."""

    shift: Shift
    url: str

    @property
    def opened(self) -> str:
        return self._local(self.shift.opened_at)

    @property
    def closed(self) -> str:
        assert self.shift.closed_at is not None
        return self._local(self.shift.closed_at)

    @property
    def difference_minor(self) -> int:
        assert self.shift.counted_minor is not None and self.shift.expected_minor is not None
        return self.shift.counted_minor - self.shift.expected_minor

    def _local(self, moment: datetime) -> str:
        return format_date(moment.astimezone(ZoneInfo(self.shift.till.branch.time_zone)), "j M Y, H:i")


@login_required
@require_safe
def at_till(request: SignedIn, till_id: UUID) -> HttpResponse:
    till = till_for(request.user, till_id, Action.CHARGE)
    frame = {"desk": "payments/till_frame.html", "here": "shift", "till": till, "place": till.name}
    return _list(request, frame, z_reports_at(till), "payments:till_z", till_id)


@login_required
@require_safe
def of_shop(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    merchant, role = shop_with_sales(request.user, merchant_id)
    frame = desk(merchant, role) | {
        "desk": "payments/sales_frame.html",
        "here": "sales",
        "place": merchant.trade_name,
        "whole_shop": True,
    }
    return _list(request, frame, z_reports_of(merchant), "payments:shop_z", merchant_id)


@login_required
@require_safe
def till_z(request: SignedIn, till_id: UUID, shift_id: UUID) -> HttpResponse:
    """One Z report; a shift that is still open has none yet."""
    till, found = shift_at_till(request.user, till_id, shift_id)
    if found.closed_at is None:
        return redirect("payments:shift", till_id)
    frame = {"desk": "payments/till_frame.html", "here": "shift", "till": till}
    return _paper(request, frame, found, reverse("payments:till_shifts", args=[till_id]))


@login_required
@require_safe
def shop_z(request: SignedIn, merchant_id: UUID, shift_id: UUID) -> HttpResponse:
    merchant, role, found = shift_of_shop(request.user, merchant_id, shift_id)
    frame = desk(merchant, role) | {"desk": "payments/sales_frame.html", "here": "sales"}
    return _paper(request, frame, found, reverse("payments:shop_shifts", args=[merchant_id]))


def _list(
    request: SignedIn, frame: dict[str, Any], found: "QuerySet[Shift]", name: str, place_id: UUID
) -> HttpResponse:
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [ZRow(shift, reverse(name, args=[place_id, shift.pk])) for shift in page]
    return render(request, "payments/z_reports.html", frame | {"page": page, "rows": rows})


def _paper(request: SignedIn, frame: dict[str, Any], found: Shift, back: str) -> HttpResponse:
    said = json.loads(found.report)
    assert found.report_sha256 is not None
    context = {
        "shift": found,
        "text": z_text(said, names_of(people_in(said))),
        "sha256": bytes(found.report_sha256).hex(),
        "back": back,
    }
    return render(request, "payments/z_report.html", frame | context)
