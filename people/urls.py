"""Addresses of a person's own pages."""

from django.urls import path

from people.web import pages, resets, residence

app_name = "people"
urlpatterns = [
    path("account/", pages.account, name="account"),
    path("account/name/", pages.name, name="name"),
    path("account/country/", residence.residence, name="residence"),
    path("pin/", pages.pin, name="pin"),
    path("pin/reset/", resets.ask, name="pin_reset_ask"),
    path("pin/reset/<str:token>/", resets.use, name="pin_reset"),
    path("pin/reset/<str:token>/stop/", resets.stop, name="pin_reset_stop"),
]
