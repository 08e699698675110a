"""What the audit of the books has found, for operators. Nothing can be changed here."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.queries.audit import last_look, open_findings
from reports.web.signed_in import SignedIn


@login_required
@require_safe
def audit(request: SignedIn) -> HttpResponse:
    context = {"here": "audit", "look": last_look(request.user), "findings": open_findings(request.user)}
    return render(request, "reports/audit.html", context)
