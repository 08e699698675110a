"""The error map: how a no looks on a page and in the API (RFC 9457 problem details)."""

from typing import Any

from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from base.core.errors import Refused


def refused_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """What happened, what did not, what to do: the page of this very refusal, else the general one."""
    pages = [f"refused/{refused.code}.html", "refused.html"]
    return render(request, pages, {"refused": refused}, status=refused.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    no = Refused("page_too_old", "This page was open too long. Go back, reload it and try again.", status=403)
    return refused_page(request, no)


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every refusal is application/problem+json with a stable code."""
    if isinstance(error, Refused):
        return _answer(error.status, error.code, error.message, **error.facts)
    if isinstance(error, IntegrityError):
        return _answer(409, "conflict", "This does not fit what is already there.")
    if isinstance(error, Http404):
        return _answer(404, "not_found", "There is nothing here that you may see.")
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    detail = response.data.get("detail", "") if isinstance(response.data, dict) else ""
    code = getattr(error.detail, "code", None) or error.default_code
    extra = {} if detail else {"errors": response.data}
    answer = _answer(response.status_code, str(code), str(detail) or "The request is not valid.", **extra)
    for header in ("WWW-Authenticate", "Retry-After"):
        if response.has_header(header):
            answer[header] = response[header]
    return answer


def _answer(status: int, code: str, detail: str, **extra: Any) -> Response:
    body = {"type": f"/docs/errors#{code}", "title": code, "status": status, "detail": detail, **extra}
    answer = Response(body, status=status, content_type="application/problem+json")
    if status == 409 and code == "still_working":
        answer["Retry-After"] = "2"
    return answer
