"""Addresses of the wallet's own pages; the wallet's home belongs to payments, which knows the receipts."""

from django.urls import path

from wallets.web import asks, fx, orders, pages

app_name = "wallets"
urlpatterns = [
    path("wallet/top-up/", pages.top_up, name="top_up"),
    path("operator/rates/", fx.rates, name="fx"),
    path("operator/rates/import/", fx.import_rates, name="fx_import"),
    path("wallet/send/", orders.send_start, name="send"),
    path("wallet/withdraw/", orders.withdraw, name="withdraw"),
    path("wallet/request/", asks.request_money, name="request"),
    path("w/<str:token>", orders.send_to, name="send_to"),
    path("ask/<str:token>", asks.ask, name="ask"),
    path("ask/<str:token>/end", asks.end_ask, name="end_ask"),
]
