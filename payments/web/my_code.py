"""My code: the link to one's own wallet and its drawing, for others to send money to.

The page stands here and not in `wallets`, because codes are drawn by `merchants`, which is above it.
"""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from base.core.errors import Refused
from payments.papers.code import draw_code
from payments.web.signed_in import SignedIn
from wallets.flows.show_code import show_code


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_code(request: SignedIn) -> HttpResponse:
    """Show the code; a POST makes a new one, and the old one leads nowhere."""
    try:
        token = show_code(person_id=request.user.pk, renew=request.method == "POST")
    except Refused as no:
        if no.code != "name_missing":
            raise
        return render(request, "payments/my_code.html", {"named": False})
    if request.method == "POST":
        messages.success(request, _("This is your new code. The old one leads nowhere now."))
        return redirect("payments:my_code")
    link = settings.BASE_URL + reverse("wallets:send_to", args=[token])
    return render(request, "payments/my_code.html", {"named": True, "link": link, "code": draw_code(link)})
