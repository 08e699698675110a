"""The addresses of the shop's desk and the operator's."""

from django.urls import path

from merchants.web import (
    bank_account,
    business,
    codes,
    logo,
    operator,
    partners,
    payout_stops,
    print_runs,
    shop,
    staff,
)

app_name = "merchants"

urlpatterns = [
    path("shop/", shop.home, name="home"),
    path("shop/register/", shop.register, name="register"),
    path("shop/invites/<str:token>/", staff.invite, name="invite"),
    path("shop/<uuid:merchant_id>/", shop.shop, name="shop"),
    path("shop/<uuid:merchant_id>/branches/add/", shop.add_branch, name="add_branch"),
    path("shop/branches/<uuid:branch_id>/tills/add/", shop.add_till, name="add_till"),
    path("shop/branches/<uuid:branch_id>/codes/add/", codes.add_code, name="add_code"),
    path("shop/branches/<uuid:branch_id>/print-runs/add/", print_runs.add_print_run, name="add_print_run"),
    path("shop/print-runs/<uuid:run_id>/", print_runs.print_run, name="print_run"),
    path("shop/print-runs/<uuid:run_id>/file.pdf", print_runs.file, name="print_run_file"),
    path("shop/<uuid:merchant_id>/codes/", codes.codes, name="codes"),
    path("shop/codes/<uuid:code_id>/", codes.code, name="code"),
    path("shop/codes/<uuid:code_id>/retire/", codes.retire, name="retire"),
    path("shop/codes/<uuid:code_id>/replace/", codes.replace, name="replace"),
    path("shop/codes/<uuid:code_id>/picture.svg", codes.picture, name="picture"),
    path("shop/codes/<uuid:code_id>/sheets/<slug:sheet>/", codes.sheet, name="sheet"),
    path("shop/<uuid:merchant_id>/tax/", business.tax, name="tax"),
    path("shop/<uuid:merchant_id>/tax/rates/", business.own_rates, name="own_rates"),
    path("shop/<uuid:merchant_id>/name/", business.name, name="name"),
    path("shop/<uuid:merchant_id>/logo/", logo.logo, name="logo"),
    path("shop/<uuid:merchant_id>/logo/logo.png", logo.file, name="logo_file"),
    path("shop/<uuid:merchant_id>/logo/remove/", logo.remove, name="remove_logo"),
    path("shop/<uuid:merchant_id>/bank-account/", bank_account.bank_account, name="bank_account"),
    path("shop/partners/<str:token>/", partners.offer, name="split_offer"),
    path("shop/<uuid:merchant_id>/partners/", partners.partners, name="partners"),
    path("shop/<uuid:merchant_id>/partners/<uuid:rule_id>/end/", partners.end, name="end_split"),
    path("shop/<uuid:merchant_id>/staff/", staff.staff, name="staff"),
    path(
        "shop/<uuid:merchant_id>/staff/invites/<uuid:invite_id>/withdraw/",
        staff.withdraw,
        name="withdraw_invite",
    ),
    path("shop/<uuid:merchant_id>/staff/<uuid:membership_id>/end/", staff.end, name="end_membership"),
    path("operator/", operator.desk, name="operator"),
    path("operator/shops/<uuid:merchant_id>/review/", operator.review_shop, name="review_shop"),
    path("operator/shops/<uuid:merchant_id>/freeze/", operator.freeze_shop, name="freeze_shop"),
    path("operator/payouts/", payout_stops.stops, name="payout_stops"),
    path("operator/payouts/stop/", payout_stops.stop, name="stop_all_payouts"),
    path("operator/shops/<uuid:merchant_id>/payouts/stop/", payout_stops.stop, name="stop_payouts"),
    path("operator/payouts/<uuid:stop_id>/lift/", payout_stops.lift, name="lift_payout_stop"),
    path("operator/names/<uuid:name_change_id>/review/", operator.review_name, name="review_name"),
    path("operator/wallets/<uuid:wallet_id>/limits/", operator.wallet_tier, name="wallet_tier"),
    path("operator/wallets/<uuid:wallet_id>/freeze/", operator.freeze_wallet, name="freeze_wallet"),
]
