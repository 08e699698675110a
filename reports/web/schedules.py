"""Schedules of a client: add, pause, resume, delete, what was sent; and the page that a mail's link opens."""

import secrets
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base.core.errors import Refused
from base.ids import database_now
from merchants.models import Merchant
from reports.core.schedules import EVERY, FIRST_DAY, LAST_DAY, period_due
from reports.flows.add_schedule import add_schedule
from reports.flows.end_schedule import end_schedule
from reports.flows.open_files import open_files
from reports.flows.pause_schedule import pause_schedule
from reports.flows.resume_schedule import resume_schedule
from reports.formats import FORMATS
from reports.models import Export
from reports.queries.books import client_for, zone_of
from reports.queries.schedules import readers_of, runs_of, schedule_for, schedules_of
from reports.web.nav import frame
from reports.web.sheet import export_rows
from reports.web.signed_in import SignedIn


class ScheduleForm(forms.Form):
    """What is made, when, and for whom. Its hidden key lets a double tap make one."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40, initial=lambda: secrets.token_urlsafe(16))
    every = forms.ChoiceField(
        label="How often", widget=forms.RadioSelect, choices=list(EVERY.items()), initial="month"
    )
    day = forms.IntegerField(
        label="On day",
        min_value=FIRST_DAY,
        max_value=LAST_DAY,
        initial=5,
        help_text="Of the month, or of the first month of the quarter; at five in the morning at the shop.",
    )
    formats = forms.MultipleChoiceField(label="Files", widget=forms.CheckboxSelectMultiple)
    readers = forms.TypedMultipleChoiceField(
        label="To", widget=forms.CheckboxSelectMultiple, coerce=UUID,
        help_text="People of this shop who may take its books away.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def schedules(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    merchant = client_for(request.user.pk, merchant_id)
    form = _form(request, merchant)
    if request.method == "POST" and form.is_valid() and _added(request, merchant, form):
        messages.success(request, "The schedule is made. Its first mail comes when this period has ended.")
        return redirect("reports:schedules", merchant.pk)
    zone = zone_of(merchant)
    page = frame(request, merchant, "schedules") | {
        "form": form,
        "time_zone": zone,
        "schedules": [
            {
                "row": row,
                "label": EVERY[row.every],
                "files": [_label(name) for name in row.formats],
                "readers": [member.person for member in row.readers.all()],
                "period": period_due(row.every, row.due_at, zone).label if row.due_at else "",
            }
            for row in schedules_of(merchant)
        ],
        "runs": [
            (run, [(export, _label(export.name)) for export in run.exports.all()])
            for run in runs_of(merchant)
        ],
        "now": database_now(),
    }
    return render(request, "reports/schedules.html", page, status=400 if form.errors else 200)


@require_POST
@login_required
def pause(request: SignedIn, merchant_id: UUID, schedule_id: UUID) -> HttpResponse:
    pause_schedule(actor_id=request.user.pk, merchant_id=merchant_id, schedule_id=schedule_id)
    return redirect("reports:schedules", merchant_id)


@require_POST
@login_required
def resume(request: SignedIn, merchant_id: UUID, schedule_id: UUID) -> HttpResponse:
    resume_schedule(actor_id=request.user.pk, merchant_id=merchant_id, schedule_id=schedule_id)
    return redirect("reports:schedules", merchant_id)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete(request: SignedIn, merchant_id: UUID, schedule_id: UUID) -> HttpResponse:
    schedule = schedule_for(request.user.pk, merchant_id, schedule_id)
    if request.method == "POST":
        end_schedule(actor_id=request.user.pk, merchant_id=merchant_id, schedule_id=schedule_id)
        messages.success(request, "The schedule is deleted. What it made stays under Books.")
        return redirect("reports:schedules", merchant_id)
    page = frame(request, schedule.merchant, "schedules") | {
        "schedule": schedule,
        "label": EVERY[schedule.every],
        "files": [_label(name) for name in schedule.formats],
    }
    return render(request, "reports/end_schedule.html", page)


@require_safe
@login_required
def files(request: SignedIn, token: str) -> HttpResponse:
    """What a mail's link opens, for its addressee."""
    link = open_files(actor=request.user, token=token)
    exports = list(link.run.exports.order_by("id"))
    page = frame(request, link.run.schedule.merchant, "") | {
        "link": link,
        "rows": export_rows(export for export in exports if export.name in FORMATS),
        "ready": any(export.state == Export.State.READY for export in exports),
    }
    return render(request, "reports/files.html", page)


def _form(request: HttpRequest, merchant: Merchant) -> ScheduleForm:
    form = ScheduleForm(request.POST or None)
    people = [(str(member.pk), member.person.name or member.person.email) for member in readers_of(merchant)]
    form.fields["formats"].choices = [(name, kind.label) for name, kind in FORMATS.items()]  # type: ignore[attr-defined]
    form.fields["readers"].choices = people  # type: ignore[attr-defined]
    return form


def _added(request: SignedIn, merchant: Merchant, form: ScheduleForm) -> bool:
    """False where the flow said an expected no: the form shows it, with another key."""
    said = form.cleaned_data
    try:
        add_schedule(
            actor_id=request.user.pk,
            merchant_id=merchant.pk,
            every=said["every"],
            day=said["day"],
            formats=said["formats"],
            readers=said["readers"],
            key=said["key"],
        )
    except Refused as no:
        if no.status in {403, 404}:
            raise
        assert isinstance(form.data, QueryDict), "a page sends a form"
        mended = form.data.copy()
        mended["key"] = secrets.token_urlsafe(16)
        form.data = mended
        form.add_error(no.facts.get("field"), no.message)
        return False
    return True


def _label(name: str) -> str:
    return FORMATS[name].label if name in FORMATS else name
