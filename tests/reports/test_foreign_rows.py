"""Rows of a foreign wallet: the terms, and the payer's amount shared over them to the last minor unit."""

from collections import defaultdict
from datetime import UTC
from decimal import Decimal

import pytest

from base.ids import database_now
from payments.flows.refund import refund
from people.flows.keep_residence import keep_residence
from reports.core.periods import month
from reports.flows.audit import audit
from reports.flows.write_export import write_export
from tests.factories import make_one_time_code, make_person, make_shop, pay, settle_all
from tests.payments.foreign.stage import pay_abroad, wang, yuan
from tests.reports.reading import read_csv, totals_in

LINES = [
    {"description": "Soup", "category": "reduced", "amount_minor": 1070},
    {"description": "Tea", "category": "standard", "amount_minor": 357},
    {"description": "Cake", "category": "standard", "amount_minor": 1},
]


@pytest.mark.django_db(transaction=True)
def test_the_rows_of_a_foreign_wallet_add_up_to_what_it_gave_and_got(tmp_path):
    yuan()
    shop, payer = make_shop(), wang()
    keep_residence(person_id=payer.pk, country="CN", source="stated")
    sold = pay_abroad(make_one_time_code(shop, lines=LINES), payer, tip_minor=73)
    pay(make_one_time_code(shop, 20_000), make_person(funds={"EUR": 50_000}))
    settle_all()
    parts = [
        refund(actor=shop.cashier, payment_id=sold.pk, key=f"{part}", amount_minor=part)
        for part in (333, 700, None)
    ]
    now = database_now().astimezone(UTC)
    files = write_export(
        merchant_id=shop.merchant.pk,
        period=month(now.year, now.month, "Europe/Berlin"),
        name="transactions_csv",
        folder=tmp_path,
    )
    rows = read_csv(files.data.read_bytes())
    assert totals_in(rows) == files.totals.columns
    paid = [row for row in rows if row["payer_amount"]]
    ours = [row for row in paid if row["payment_id"] == str(sold.pk)]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in ours:
        assert (row["payer_currency"], row["currency"]) == ("CNY", "EUR")
        assert (row["fx_rate"], row["fx_source"]) == ("7.79", "ecb")
        assert row["fx_at"] == sold.exchange.published_on.isoformat()
        assert (row["payer_country"], row["payer_country_source"], row["cross_border"]) == (
            "CN",
            "stated",
            "true",
        )
        assert row["tax_country"] == "DE"
        exact = Decimal(row["gross"]) * Decimal(row["fx_rate"])
        assert abs(Decimal(row["payer_amount"]) - exact) < Decimal("0.03")
        sums[row["journal_id"]] += Decimal(row["payer_amount"])
    given = Decimal(sold.exchange.payer_minor) / 100
    got = [-Decimal(part.exchange.payer_minor) / 100 for part in parts]
    assert sorted(sums.values()) == sorted([given, *got])
    assert sum(sums.values()) == 0
    for row in paid:
        if row not in ours:
            assert (row["payer_currency"], row["payer_amount"]) == ("EUR", row["gross"])
            assert not any(row[name] for name in ("fx_rate", "fx_at", "payer_country", "cross_border"))
    assert not any(row["fx_rate"] or row["payer_country"] for row in rows if row["kind"].endswith("fee"))
    assert not audit()
