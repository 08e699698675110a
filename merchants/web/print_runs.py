"""Many codes at once: the list, what is wrong with it, how far the drawing is, and the file."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from base.core.errors import Refused
from merchants.core.roles import Action
from merchants.flows.order_print_run import order_print_run
from merchants.models import Branch, PrintRun
from merchants.queries import (
    branch_for,
    offers_today,
    print_run_for,
    tills_at,
)
from merchants.queries.previews import preview_of_run
from merchants.sheets import LAYOUTS, SHEETS
from merchants.web.code_forms import PrintRunForm
from merchants.web.frame import SignedIn, file_answer, first_a_rate, preview_answer, shop_page, submitted


@login_required
def add_print_run(request: SignedIn, branch_id: UUID) -> HttpResponse:
    branch = branch_for(request.user, branch_id, Action.MANAGE_CODES)
    offers = offers_today(branch)
    if not offers:
        return first_a_rate(request, branch)
    form = PrintRunForm(request.POST or None, request.FILES or None, offers=offers, tills=tills_at(branch))
    if request.method == "POST":
        made = submitted(form, lambda data: form.once(request.user, lambda: _order(request, branch, data)))
        if made:
            return redirect("merchants:print_run", made["run"])
    return shop_page(
        request,
        branch.merchant,
        "add_print_run.html",
        here="codes",
        form=form,
        branch=branch,
        sheets=_sheets(),
    )


def _sheets() -> list[dict[str, str]]:
    """What a run can be printed on, for its previews."""
    return [
        {"name": name, "title": SHEETS[name].title, "paper": layout.paper, "holds": layout.holds}
        for name, layout in LAYOUTS.items()
    ]


def _order(request: SignedIn, branch: Branch, data: dict[str, Any]) -> dict[str, str]:
    run = order_print_run(
        actor_id=request.user.pk,
        branch_id=branch.pk,
        wanted=data["wanted"],
        category=data["category"],
        sheet=data["sheet"],
        tip_allowed=bool(data["tip_allowed"]),
    )
    return {"run": str(run.pk)}


@login_required
@require_GET
def preview(request: SignedIn, branch_id: UUID, sheet: str) -> HttpResponse:
    """The first page of a run before it is ordered, with a code that pays nobody."""
    return preview_answer(preview_of_run(branch_for(request.user, branch_id, Action.MANAGE_CODES), sheet))


@login_required
@require_GET
def print_run(request: SignedIn, run_id: UUID) -> HttpResponse:
    run = print_run_for(request.user, run_id)
    return shop_page(
        request,
        run.merchant,
        "print_run.html",
        here="codes",
        run=run,
        sheet=SHEETS[run.sheet].title,
        under_way=run.state in (PrintRun.State.QUEUED, PrintRun.State.DRAWING),
    )


@login_required
@require_GET
def file(request: SignedIn, run_id: UUID) -> HttpResponse:
    """The finished PDF, the same bytes each time."""
    run = print_run_for(request.user, run_id, with_file=True)
    if run.content is None:
        raise Refused("print_run_unfinished", "This file is not drawn yet. Look again soon.", status=409)
    return file_answer(bytes(run.content), "application/pdf", f'attachment; filename="{run.file_name}"')
