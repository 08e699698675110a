"""Addresses of paying, of receipts, of the wallet's home and of the till."""

from django.urls import path

from payments.api.urls import api_urls
from payments.queries.signatures import KEYS_PATH
from payments.web import (
    my_code,
    paid,
    pay,
    payouts,
    public_receipt,
    receipts,
    scan,
    show,
    signed_receipt,
    tax_releases,
    wallet,
)
from payments.web.till_urls import till_urls

app_name = "payments"
urlpatterns = [
    path("q/<str:token>", scan.scan, name="scan"),
    path("pay/<uuid:session_id>/", pay.pay, name="pay"),
    path("pay/<uuid:session_id>/state", pay.state, name="pay_state"),
    path("pay/<uuid:session_id>/amount", pay.amount, name="amount"),
    path("pay/<uuid:session_id>/wallet", pay.wallet, name="choose_wallet"),
    path("pay/<uuid:session_id>/confirm", pay.confirm, name="confirm"),
    path("pay/<uuid:session_id>/own", pay.own_amount, name="own_amount"),
    path("pay/<uuid:session_id>/no", pay.say_no, name="say_no"),
    path("pay/<uuid:session_id>/cancel", pay.not_my_shop, name="not_my_shop"),
    path("pay/<uuid:session_id>/sign-in", pay.away, {"to": "account_login"}, name="sign_in"),
    path("pay/<uuid:session_id>/sign-up", pay.away, {"to": "account_signup"}, name="sign_up"),
    path("pay/<uuid:session_id>/pin", pay.away, {"to": "people:pin"}, name="set_pin"),
    path("pay/<uuid:session_id>/top-up", pay.away, {"to": "wallets:top_up"}, name="top_up"),
    path("paid/<uuid:payment_id>/", paid.paid, name="paid"),
    # First the file: a token has no point in it, so its name cannot be taken for one.
    path("r/<str:token>.pdf", public_receipt.public_pdf, name="public_receipt_pdf"),
    path("r/<str:token>.json", signed_receipt.public_json, name="public_receipt_json"),
    path("r/<str:token>", public_receipt.public_receipt, name="public_receipt"),
    path("receipts/<uuid:receipt_id>/", receipts.receipt, name="receipt"),
    path("receipts/<uuid:receipt_id>/mail", receipts.mail, name="receipt_mail"),
    path("receipts/<uuid:receipt_id>.pdf", receipts.pdf, name="receipt_pdf"),
    path("receipts/<uuid:receipt_id>.json", signed_receipt.receipt_json, name="receipt_json"),
    path(KEYS_PATH.removeprefix("/"), signed_receipt.receipt_keys, name="receipt_keys"),
    path("wallet/", wallet.home, name="wallet"),
    path("wallet/code/", my_code.my_code, name="my_code"),
    path("wallet/show/", show.show, name="show"),
    path("wallet/show/begin", show.begin, name="show_begin"),
    path("wallet/show/code", show.code, name="show_code"),
    path("wallet/show/stop", show.stop, name="show_stop"),
    path("wallet/show/<uuid:code_id>/state", show.state, name="show_state"),
    path("wallet/show/<uuid:code_id>/hide", show.hide, name="show_hide"),
    path("c/<str:token>", show.opened, name="shown_elsewhere"),
    path("wallet/history/", wallet.history, name="history"),
    path("wallet/movements/", wallet.movements, name="movements"),
    path("shop/<uuid:merchant_id>/payouts/", payouts.payouts, name="payouts"),
    path("shop/<uuid:merchant_id>/payouts/order/", payouts.order, name="payout_order"),
    path("shop/<uuid:merchant_id>/payouts/<uuid:payout_id>/", payouts.payout, name="payout"),
    path("shop/<uuid:merchant_id>/payouts/tax/<slug:place>/", tax_releases.release, name="tax_release"),
    *till_urls,
    *api_urls,
]
