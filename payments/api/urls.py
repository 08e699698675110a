"""Addresses of the payments API."""

from django.urls import URLPattern, path

from payments.api.codes import Code, Codes
from payments.api.events import Events

api_urls: list[URLPattern] = [
    path("api/tills/<uuid:till_id>/events", Events.as_view(), name="api_events"),
    path("api/tills/<uuid:till_id>/codes", Codes.as_view(), name="api_codes"),
    path("api/codes/<uuid:code_id>", Code.as_view(), name="api_code"),
]
