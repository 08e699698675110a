"""Addresses of the till, of the shop's sales, and of one payment and its receipts seen from either."""

from django.urls import URLPattern, path

from payments.web import (
    counter,
    counter_receipt,
    floor,
    payments,
    sales,
    shifts,
    till,
    till_app,
    till_scan,
    z_reports,
)

TILL, SHOP = {"kind": "till"}, {"kind": "shop"}

till_urls: list[URLPattern] = [
    path("till/<uuid:till_id>/", till.till, name="till"),
    path("till/<uuid:till_id>/watch/", till.watch, name="till_watch"),
    path("till/<uuid:till_id>/live", till.live, name="till_live"),
    path("till/<uuid:till_id>/charge", till.charge, name="charge"),
    path("till/<uuid:till_id>/sum", counter.basket_sum, name="basket_sum"),
    path("till/<uuid:till_id>/items/<uuid:item_id>.png", counter.item_picture, name="till_item_picture"),
    path("till/<uuid:till_id>/code/<uuid:code_id>/", till.code, name="till_code"),
    path("till/<uuid:till_id>/code/<uuid:code_id>/picture.svg", till.picture, name="till_picture"),
    path("till/<uuid:till_id>/code/<uuid:code_id>/cancel", till.cancel, name="till_cancel"),
    path("till/<uuid:till_id>/code/<uuid:code_id>/push", floor.push, name="till_push"),
    path("till/<uuid:till_id>/code/<uuid:code_id>/match", floor.match, name="till_match"),
    path("till/<uuid:till_id>/code/<uuid:code_id>/rest", floor.rest, name="till_rest"),
    path("till/<uuid:till_id>/code/<uuid:code_id>/give-back", floor.give_back, name="till_give_back"),
    path("till/<uuid:till_id>/payments/<uuid:payment_id>/unmatch", floor.unmatch, name="till_unmatch"),
    path("till/<uuid:till_id>/manifest.webmanifest", till_app.manifest, name="till_manifest"),
    path("till/worker.js", till_app.worker, name="till_worker"),
    path("till/offline/", till_app.offline, name="till_offline"),
    path("till/<uuid:till_id>/scan/", till_scan.scan, name="till_scan"),
    path("till/<uuid:till_id>/scan/<uuid:code_id>/", till_scan.asked, name="till_asked"),
    path("till/<uuid:till_id>/scan/<uuid:code_id>/state", till_scan.asked_state, name="till_asked_state"),
    path("till/<uuid:till_id>/shift/", shifts.shift, name="shift"),
    path("till/<uuid:till_id>/shift/open", shifts.begin, name="shift_open"),
    path("till/<uuid:till_id>/shifts/", z_reports.at_till, name="till_shifts"),
    path("till/<uuid:till_id>/shifts/<uuid:shift_id>/", z_reports.till_z, name="till_z"),
    path("till/<uuid:till_id>/shifts/<uuid:shift_id>/take-over", shifts.take, name="shift_take"),
    path("till/<uuid:till_id>/shifts/<uuid:shift_id>/cash", shifts.cash, name="shift_cash"),
    path("till/<uuid:till_id>/shifts/<uuid:shift_id>/close", shifts.close, name="shift_close"),
    path("till/<uuid:till_id>/code/<uuid:code_id>/again", counter.again, name="till_again"),
    path("shop/<uuid:merchant_id>/sales/", sales.sales, name="sales"),
    path("shop/<uuid:merchant_id>/shifts/", z_reports.of_shop, name="shop_shifts"),
    path("shop/<uuid:merchant_id>/shifts/<uuid:shift_id>/", z_reports.shop_z, name="shop_z"),
]
for prefix, kind in (("till", TILL), ("shop", SHOP)):
    base = f"{prefix}/<uuid:place_id>/payments/<uuid:payment_id>/"
    till_urls += [
        path(base, payments.payment, kind, name=f"{prefix}_payment"),
        path(f"{base}refund", payments.refund, kind, name=f"{prefix}_refund"),
        path(f"{base}refunds/<uuid:refund_id>/", payments.refunded, kind, name=f"{prefix}_refunded"),
        path(f"{base}receipt", counter_receipt.newest, kind, name=f"{prefix}_newest_receipt"),
        path(f"{base}receipts/<uuid:receipt_id>/", counter_receipt.receipt, kind, name=f"{prefix}_receipt"),
        path(
            f"{base}receipts/<uuid:receipt_id>/mail",
            counter_receipt.mail,
            kind,
            name=f"{prefix}_receipt_mail",
        ),
    ]
