"""The Content-Security-Policy: one text for what has no script, a nonce where one was taken."""

from collections.abc import Callable

import pytest
from csp.constants import HEADER
from csp.decorators import csp_update
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from config.middleware import ContentPolicy


def answered(view: Callable[[HttpRequest], HttpResponseBase]) -> str:
    request = RequestFactory().get("/")
    policy = ContentPolicy(view)
    policy.process_request(request)
    response = policy.process_response(request, view(request))
    return response.headers[HEADER]


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def scripted(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.csp_nonce))  # type: ignore[attr-defined]


def test_an_answer_without_a_script_has_the_policy_of_the_settings() -> None:
    assert sorted(answered(plain).split("; ")) == sorted(build_policy().split("; "))
    assert "default-src 'none'" in answered(plain) and "unsafe" not in answered(plain)
    # A till's service worker and its manifest are ours alone.
    assert "worker-src 'self'" in answered(plain) and "manifest-src 'self'" in answered(plain)


def test_a_nonce_that_was_taken_is_allowed_once() -> None:
    policies = {answered(scripted) for _ in range(3)}
    assert len(policies) == 3
    assert all("'nonce-" in policy for policy in policies)


@pytest.mark.parametrize("turn", range(2))
def test_a_view_may_add_to_its_own_policy_alone(turn: int) -> None:
    wider = csp_update({"img-src": ["https://pictures.example"]})(plain)
    assert "https://pictures.example" in answered(wider)
    assert "https://pictures.example" not in answered(plain)
