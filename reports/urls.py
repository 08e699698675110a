"""Addresses of the accountant's desk, below /books/."""

from django.urls import path

from reports.web import audit, desk, downloads, inbound, ledger, packs, rates, schedules, seals, thresholds

app_name = "reports"
urlpatterns = [
    path("", desk.home, name="home"),
    path("audit/", audit.audit, name="audit"),
    path("inbound/", inbound.inbound, name="inbound"),
    path("inbound/exports/", inbound.ask, name="ask_inbound"),
    path("inbound/exports/<uuid:export_id>/file", inbound.data, name="inbound_data"),
    path("inbound/exports/<uuid:export_id>/datapackage.json", inbound.package, name="inbound_package"),
    path("<uuid:merchant_id>/", desk.books, name="books"),
    path("<uuid:merchant_id>/thresholds/", thresholds.thresholds, name="thresholds"),
    path("d/<str:token>", schedules.files, name="files"),
    path("<uuid:merchant_id>/schedules/", schedules.schedules, name="schedules"),
    path("<uuid:merchant_id>/schedules/<uuid:schedule_id>/pause", schedules.pause, name="pause_schedule"),
    path("<uuid:merchant_id>/schedules/<uuid:schedule_id>/resume", schedules.resume, name="resume_schedule"),
    path("<uuid:merchant_id>/schedules/<uuid:schedule_id>/delete", schedules.delete, name="end_schedule"),
    path("<uuid:merchant_id>/answers/", packs.packs, name="packs"),
    path("<uuid:merchant_id>/answers/<uuid:pack_id>/", packs.pack, name="pack"),
    path("<uuid:merchant_id>/answers/<uuid:pack_id>/paper.pdf", packs.paper, name="pack_paper"),
    path("<uuid:merchant_id>/answers/<uuid:pack_id>/receipts.csv", packs.receipts, name="pack_receipts"),
    path("<uuid:merchant_id>/rates/", rates.rates, name="rates"),
    path("<uuid:merchant_id>/vat/", rates.vat, name="vat"),
    path("<uuid:merchant_id>/trial/", ledger.trial, name="trial"),
    path("<uuid:merchant_id>/ledger/", ledger.ledger, name="ledger"),
    path("<uuid:merchant_id>/journals/<uuid:journal_id>/", ledger.journal, name="journal"),
    path("<uuid:merchant_id>/fees/", ledger.fees, name="fees"),
    path("<uuid:merchant_id>/refunds/", ledger.refunds, name="refunds"),
    path("<uuid:merchant_id>/tips/", ledger.tips, name="tips"),
    path("<uuid:merchant_id>/payouts/", ledger.payouts, name="payouts"),
    path("<uuid:merchant_id>/settings/", desk.settings, name="settings"),
    path("<uuid:merchant_id>/exports/", desk.ask, name="ask"),
    path("<uuid:merchant_id>/periods/", seals.periods, name="periods"),
    path("<uuid:merchant_id>/periods/close/", seals.close, name="close_period"),
    path("<uuid:merchant_id>/periods/<uuid:period_id>/", seals.period, name="period"),
    path("<uuid:merchant_id>/periods/<uuid:period_id>/filed/", seals.filed, name="file_period"),
    path("<uuid:merchant_id>/periods/<uuid:period_id>/reopen/", seals.reopen, name="ask_reopening"),
    path("<uuid:merchant_id>/periods/<uuid:period_id>/agree/", seals.agree, name="agree_reopening"),
    path("<uuid:merchant_id>/periods/<uuid:period_id>/withdraw/", seals.withdraw, name="withdraw_reopening"),
    path("<uuid:merchant_id>/periods/<uuid:period_id>/files/", seals.files, name="sealed_files"),
    path("<uuid:merchant_id>/exports/<uuid:export_id>/file", downloads.data, name="data"),
    path("<uuid:merchant_id>/exports/<uuid:export_id>/datapackage.json", downloads.package, name="package"),
]
