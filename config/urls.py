"""One table of addresses."""

from django.urls import URLPattern, URLResolver, include, path

from config import health, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("start/", pages.start, name="start"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    # First, since addresses are tried in order, and somebody stands at the counter.
    path("", include("payments.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("", include("people.urls")),
    path("", include("wallets.urls")),
    path("", include("merchants.urls")),
    path("books/", include("reports.urls")),
]
