"""Printed codes: the list, a new one, its poster, its files, and taking it out of use."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from base.core.errors import Refused
from base.ids import database_now
from merchants.core.roles import Action
from merchants.core.words import words_of
from merchants.flows.create_static import create_static
from merchants.flows.print_sheet import print_sheet
from merchants.flows.replace_qr import replace_qr
from merchants.flows.retire_qr import retire_qr
from merchants.models import Branch, QrCode
from merchants.queries import (
    branch_for,
    branches_of,
    code_for,
    codes_of,
    link_of,
    members_of,
    offers_today,
    print_runs_of,
    replacement_of,
    shop_for,
    tills_at,
)
from merchants.queries.previews import paper_of, preview_of
from merchants.queries.sheets import draw_sheet, sheets_of
from merchants.sheets import LAYOUTS, SHEETS
from merchants.sheets.pdf_pages import repeated
from merchants.web.code_forms import CodeForm
from merchants.web.frame import SignedIn, file_answer, first_a_rate, preview_answer, shop_page, submitted
from taxes.queries import CATEGORIES

PAGE_SIZE = 50
MOST_PAGES = 50


@login_required
@require_GET
def codes(request: SignedIn, merchant_id: UUID) -> HttpResponse:
    merchant = shop_for(request.user, merchant_id, Action.MANAGE_CODES)
    page = Paginator(codes_of(merchant), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        {"code": code, "words": words_of(code.pk), "category": CATEGORIES.get(code.category, code.category)}
        for code in page
    ]
    return shop_page(
        request,
        merchant,
        "codes.html",
        here="codes",
        rows=rows,
        page=page,
        branches=branches_of(merchant),
        runs=print_runs_of(merchant),
    )


@login_required
def add_code(request: SignedIn, branch_id: UUID) -> HttpResponse:
    branch = branch_for(request.user, branch_id, Action.MANAGE_CODES)
    offers = offers_today(branch)
    if not offers:
        return first_a_rate(request, branch)
    form = CodeForm(
        request.POST or None,
        branch=branch,
        offers=offers,
        tills=tills_at(branch),
        members=members_of(branch.merchant),
    )
    if request.method == "POST":
        made = submitted(form, lambda data: form.once(request.user, lambda: _make(request, branch, data)))
        if made:
            return redirect("merchants:code", made["code"])
    return shop_page(request, branch.merchant, "add_code.html", here="codes", form=form, branch=branch)


def _make(request: SignedIn, branch: Branch, data: dict[str, Any]) -> dict[str, str]:
    made = create_static(
        actor_id=request.user.pk,
        branch_id=branch.pk,
        till_id=UUID(data["till"]) if data["till"] else None,
        category=data["category"],
        label=data["label"],
        tip_allowed=bool(data["tip_allowed"]),
        reference=data["reference"],
        cashier_id=UUID(data["cashier"]) if data["cashier"] else None,
        expires_at=data["expires_at"],
        most_uses=data["most_uses"],
    )
    return {"code": str(made.pk)}


@login_required
@require_GET
def code(request: SignedIn, code_id: UUID) -> HttpResponse:
    found = code_for(request.user, code_id, Action.MANAGE_CODES)
    return shop_page(
        request,
        found.merchant,
        "code.html",
        here="codes",
        code=found,
        retired=found.state == QrCode.State.RETIRED,
        over=found.expires_at is not None and found.expires_at <= database_now(),
        last_day=found.expires_at and last_day_of(found),
        replacement=replacement_of(found),
        words=words_of(found.pk),
        category=CATEGORIES.get(found.category, found.category),
        link=link_of(found),
        sheets=_sheets(found),
    )


def last_day_of(code: QrCode) -> date:
    """The last day on which a printed code works, by the branch's clock."""
    assert code.expires_at is not None
    return (code.expires_at - timedelta(microseconds=1)).astimezone(ZoneInfo(code.branch.time_zone)).date()


def _sheets(code: QrCode) -> list[dict[str, Any]]:
    """What can be taken away: every sheet of an active code, of a retired one those that were printed."""
    printed, papers = sheets_of(code), paper_of(code)
    return [
        {
            "name": name,
            "title": plug.title,
            "kept": printed.get(name),
            "paper": papers[name],
            "pages": MOST_PAGES if name in LAYOUTS and LAYOUTS[name].places > 1 else 1,
            "holds": LAYOUTS[name].holds if name in LAYOUTS else "",
        }
        for name, plug in SHEETS.items()
        if code.state == QrCode.State.ACTIVE or name in printed
    ]


@login_required
def retire(request: SignedIn, code_id: UUID) -> HttpResponse:
    """Asked first, then done."""
    found = code_for(request.user, code_id, Action.MANAGE_CODES)
    if request.method == "POST":
        if retire_qr(actor_id=request.user.pk, code_id=found.pk):
            messages.success(request, "The code is retired. Take its sheets down.")
        return redirect("merchants:code", found.pk)
    return shop_page(
        request, found.merchant, "retire.html", here="codes", code=found, words=words_of(found.pk)
    )


@login_required
def replace(request: SignedIn, code_id: UUID) -> HttpResponse:
    """Asked first: the sheets that hang today stop working at once."""
    found = code_for(request.user, code_id, Action.MANAGE_CODES)
    if request.method == "POST":
        new = replace_qr(actor_id=request.user.pk, code_id=found.pk)
        messages.success(request, "This is the new code. Take the old sheets down and print these.")
        return redirect("merchants:code", new.pk)
    return shop_page(
        request, found.merchant, "replace.html", here="codes", code=found, words=words_of(found.pk)
    )


@login_required
@require_GET
def sheet(request: SignedIn, code_id: UUID, sheet: str) -> HttpResponse:
    """A file to print: kept when it is first taken, the same bytes ever after; its page so often as asked."""
    pages = pages_asked(request, sheet)
    kept = print_sheet(actor_id=request.user.pk, code_id=code_id, sheet=sheet)
    content, name = bytes(kept.content), kept.file_name
    if pages > 1:
        content, name = repeated(content, times=pages), f"{name.removesuffix('.pdf')}-{pages}-pages.pdf"
    return file_answer(content, kept.media_type, f'attachment; filename="{name}"')


def pages_asked(request: SignedIn, sheet: str) -> int:
    """Of those that hold several codes a page; one of all others. Refused pages_invalid (400)."""
    asked = request.GET.get("pages", "1")
    most = MOST_PAGES if sheet in LAYOUTS and LAYOUTS[sheet].places > 1 else 1
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:4]) <= most):
        message = f"Ask for 1 to {most} pages, please. Nothing was printed."
        raise Refused("pages_invalid", message if most > 1 else "This sheet comes as one page, please.")
    return int(asked)


@login_required
@require_GET
def preview(request: SignedIn, code_id: UUID, sheet: str) -> HttpResponse:
    """How a sheet looks, or would look: nothing is kept by looking."""
    return preview_answer(preview_of(code_for(request.user, code_id, Action.MANAGE_CODES), sheet))


@login_required
@require_GET
def picture(request: SignedIn, code_id: UUID) -> HttpResponse:
    """The code as the page shows it: drawn now, not kept, because nothing was printed."""
    drawn = draw_sheet(code_for(request.user, code_id, Action.MANAGE_CODES), "svg")
    return file_answer(drawn.content, drawn.media_type, "inline")
