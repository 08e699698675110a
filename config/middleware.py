"""Headers on every answer, and the one place where a Refused becomes a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from base.core.errors import Refused
from config.errors import refused_page

Handler = Callable[[HttpRequest], HttpResponse]


class SafeHeaders:
    """No sniffing of permissions, no caching of what belongs to a person."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=()"
        )
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class RefusedPages:
    """An expected no that a view did not show itself becomes a plain page with its status."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refused_page(request, error) if isinstance(error, Refused) else None
