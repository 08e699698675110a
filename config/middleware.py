"""Headers on every answer, and the one place where a Refused becomes a page."""

from collections.abc import Callable
from functools import cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from base.core.errors import Refused
from config.errors import refused_page

Handler = Callable[[HttpRequest], HttpResponse]


class SafeHeaders:
    """No permissions (the till's scan page asks for a camera itself), no caching of what is a person's."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class ContentPolicy(CSPMiddleware):
    """django-csp, but for the many answers without a script: their policy is always the same text."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        own = any(name.startswith("_csp") for name in response.__dict__)
        if own or "_csp_nonce" in request.__dict__:
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, _plain_policy())
        return response


@cache
def _plain_policy() -> str:
    return build_policy()


class RefusedPages:
    """An expected no that a view did not show itself becomes a plain page with its status."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refused_page(request, error) if isinstance(error, Refused) else None
