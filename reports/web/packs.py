"""Answers to an authority's figure: ask for one, watch it being made, and take its two files away."""

from collections.abc import Iterator
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from base.core.errors import Refused
from base.ids import database_now
from merchants.models import Membership
from merchants.queries import role_in
from reports.core.answer_figures import Provisional
from reports.core.periods import back_from, fiscal_year_of, month_of, quarter_of
from reports.flows.request_pack import NOTE_LENGTH, REFERENCE_LENGTH, request_pack
from reports.flows.write_answer import CSV, PDF
from reports.models import AnswerPack
from reports.papers.answer_words import CANDIDATES, difference_in_words, provisional_in_words
from reports.queries.answer import pack_for, packs_of
from reports.queries.books import client_for, zone_of
from reports.web.nav import frame
from reports.web.signed_in import SignedIn
from wallets.core.currencies import CURRENCIES

PILLS = {
    AnswerPack.State.QUEUED: "info",
    AnswerPack.State.BUILDING: "info",
    AnswerPack.State.READY: "paid",
    AnswerPack.State.FAILED: "danger",
}
MEDIA = {CSV: "text/csv; charset=utf-8; header=present", PDF: "application/pdf"}
OTHER = "other"


class PackForm(forms.Form):
    """What the letter says. Shapes only: what is true is decided in the flow."""

    amount = forms.CharField(
        label="The authority's figure", max_length=20, help_text="As in the letter, such as 12345.60."
    )
    currency = forms.ChoiceField(choices=[(c, f"{c} {x.name}") for c, x in sorted(CURRENCIES.items())])
    period = forms.ChoiceField(label="Period")
    days = forms.CharField(
        label="Another period",
        required=False,
        max_length=25,
        help_text="Only for “another”: 2026-01-15..2026-03-02, or FY2026-04-06 for a fiscal year.",
    )
    reference = forms.CharField(label="Reference of the letter", required=False, max_length=REFERENCE_LENGTH)
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=NOTE_LENGTH,
        help_text="Stands on the paper, as you write it.",
    )
    personal = forms.BooleanField(
        label="Add the transfers of my own wallet, received and sent",
        required=False,
        help_text="Only you will see such an answer. Leave it out unless the figure may hold personal money.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def packs(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    merchant = client_for(request.user.pk, merchant_id)
    form = PackForm(request.POST or None, initial={"currency": merchant.currency})
    form.fields["period"].choices = list(_periods(zone_of(merchant)))  # type: ignore[attr-defined]
    if role_in(request.user, merchant) != Membership.Role.OWNER:
        del form.fields["personal"]
    if request.method == "POST" and form.is_valid() and (pack := _ask(request, merchant_id, form)):
        return redirect("reports:pack", merchant.pk, pack.pk)
    page = frame(request, merchant, "packs") | {
        "form": form,
        "packs": [
            (pack, PILLS[AnswerPack.State(pack.state)]) for pack in packs_of(request.user.pk, merchant)
        ],
    }
    return render(request, "reports/packs.html", page, status=400 if form.errors else 200)


@require_safe
@login_required
def pack(request: SignedIn, merchant_id: UUID, pack_id: UUID) -> HttpResponse:
    found = pack_for(request.user.pk, merchant_id, pack_id)
    page = frame(request, found.merchant, "packs") | {
        "pack": found,
        "pill": PILLS[AnswerPack.State(found.state)],
        "candidates": [
            (*CANDIDATES[code], minor, difference, difference_in_words(difference), nearest)
            for code, minor, difference, nearest in found.result.get("candidates", [])
        ],
        "told": _told(found),
    }
    return render(request, "reports/pack.html", page)


@require_safe
@login_required
def paper(request: SignedIn, merchant_id: UUID, pack_id: UUID) -> FileResponse:
    found = pack_for(request.user.pk, merchant_id, pack_id)
    return _file(found, found.pdf_sha256, PDF)


@require_safe
@login_required
def receipts(request: SignedIn, merchant_id: UUID, pack_id: UUID) -> FileResponse:
    found = pack_for(request.user.pk, merchant_id, pack_id)
    return _file(found, found.csv_sha256, CSV)


def _told(found: AnswerPack) -> list[str]:
    """What the paper says of provisional tax; a pack of before such sales were in it says nothing."""
    if "provisional" not in found.result:
        return []
    count, changed_minor = found.result["corrections"]
    cross = Provisional(*found.result["provisional"])
    return provisional_in_words(count, changed_minor, cross, found.currency)


def _ask(request: SignedIn, merchant_id: UUID, form: PackForm) -> AnswerPack | None:
    said = form.cleaned_data
    try:
        return request_pack(
            actor_id=request.user.pk,
            merchant_id=merchant_id,
            amount=said["amount"],
            currency=said["currency"],
            period=said["days"] if said["period"] == OTHER else said["period"],
            reference=said["reference"],
            note=said["note"],
            personal=bool(said.get("personal")),
        )
    except Refused as no:
        if no.status in {403, 404}:
            raise
        form.add_error(_field(no, said["period"]), no.message)
        return None


def _field(no: Refused, period: str) -> str | None:
    if no.code.startswith("amount_"):
        return "amount"
    if no.code.startswith("period_"):
        return "days" if period == OTHER else "period"
    return str(no.facts["field"]) if "field" in no.facts else None


def _periods(zone: str) -> Iterator[tuple[str, str]]:
    """Years first, for that is what is asked about; then quarters and months."""
    now = database_now()
    for year in back_from(fiscal_year_of(now, zone), 4):
        yield year.label, year.label
    for quarter in back_from(quarter_of(now, zone), 8):
        yield quarter.label, quarter.label
    for month in back_from(month_of(now, zone), 14):
        yield month.label, month.label
    yield OTHER, "Another: write it below"


def _file(pack: AnswerPack, sha256: str, ending: str) -> FileResponse:
    """An attachment under its plain name; the hash is its entity tag."""
    if not sha256:
        raise Refused("answer_unfinished", "This answer is not made yet. Look again soon.", status=409)
    try:
        content = (pack.folder / f"{sha256}{ending}").open("rb")
    except FileNotFoundError:
        raise Refused(
            "answer_gone", "The file is no longer on the server. Make the answer again.", status=410
        ) from None
    name = f"{pack.file_stem}{ending}"
    response = FileResponse(content, as_attachment=True, filename=name, content_type=MEDIA[ending])
    response["ETag"] = f'"{sha256}"'
    return response
