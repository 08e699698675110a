"""Addresses of the accountant's desk, below /books/."""

from django.urls import path

from reports.web import audit, desk, downloads, thresholds

app_name = "reports"
urlpatterns = [
    path("", desk.home, name="home"),
    path("audit/", audit.audit, name="audit"),
    path("<uuid:merchant_id>/", desk.books, name="books"),
    path("<uuid:merchant_id>/thresholds/", thresholds.thresholds, name="thresholds"),
    path("<uuid:merchant_id>/exports/", desk.ask, name="ask"),
    path("<uuid:merchant_id>/exports/<uuid:export_id>/file", downloads.data, name="data"),
    path("<uuid:merchant_id>/exports/<uuid:export_id>/datapackage.json", downloads.package, name="package"),
]
