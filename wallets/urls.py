"""Addresses of the wallet's own pages; the wallet's home belongs to payments, which knows the receipts."""

from django.urls import path

from wallets.web import pages

app_name = "wallets"
urlpatterns = [path("wallet/top-up/", pages.top_up, name="top_up")]
