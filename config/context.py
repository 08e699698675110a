"""What every page frame knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    return {"demo": settings.DEMO, "base_url": settings.BASE_URL}
