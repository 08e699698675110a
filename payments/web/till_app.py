"""The till as an app of a phone, tablet or desk: manifest, service worker, and the one page without a line.

Promise: nothing of a till is ever kept on the device by us. The worker holds one page, which says that there
is no line, and the styles of that page; all else comes from the service or not at all.
"""

from pathlib import Path
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from merchants.core.roles import Action
from merchants.queries import till_for
from payments.web.signed_in import SignedIn

_SCOPE = "/till/"
_ICONS = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-maskable-512.png", "512x512", "maskable"),
)


@login_required
@require_safe
def manifest(request: SignedIn, till_id: UUID) -> HttpResponse:
    """This till by its own name, so that two tills are two apps."""
    till = till_for(request.user, till_id, Action.CHARGE)
    start = reverse("payments:till", args=[till.pk])
    return JsonResponse(
        {
            "id": start,
            "name": f"{till.name} · {till.branch.merchant.trade_name}",
            "short_name": till.name,
            "description": "Charge, and see and hear each payment.",
            "start_url": start,
            "scope": "/",
            "display": "standalone",
            "background_color": "#fbf8f2",
            "theme_color": "#0b5c4a",
            "icons": [
                {"src": static(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
                for name, sizes, purpose in _ICONS
            ],
        },
        content_type="application/manifest+json",
    )


@require_safe
def worker(request: HttpRequest) -> HttpResponseBase:
    """The service worker, under the addresses that it serves; asked for anew each time."""
    found = finders.find("payments/worker.js")
    assert found is not None
    return FileResponse(
        Path(found).open("rb"),
        content_type="text/javascript",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": _SCOPE},
    )


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What stands in for every page of a till while there is no line; the same for everybody."""
    return render(request, "payments/till_offline.html")
