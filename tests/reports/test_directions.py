"""Which way a payment went: each has one direction, and the four of a period are all payments, none twice."""

import csv
import io
import json
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

import frictionless
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.flows.refund import refund
from payments.models import Payment
from reports.core.directions import EU_MEMBER_STATES, Direction, direction_of
from reports.core.periods import days, quarter
from reports.core.totals import ExportDoesNotFoot
from reports.flows.build_export import build_export
from reports.flows.write_platform_export import write_platform_export
from reports.models import Export
from reports.queries.platform import directions_for
from tests.factories import make_person, make_shop, make_static_code, pay, settle_all
from tests.reports.test_export_command import run

Q4 = quarter(2026, 4, "UTC")
COUNTRIES = st.sampled_from([*sorted(EU_MEMBER_STATES), "GB", "CH", "US", "CN", "VN"])


@given(st.none() | COUNTRIES, COUNTRIES)
def test_every_payment_has_one_direction(payer, shop):
    found = {
        Direction.UNKNOWN: payer is None,
        Direction.DOMESTIC: payer == shop,
        Direction.OUTBOUND: payer in EU_MEMBER_STATES and payer != shop,
        Direction.INBOUND: payer is not None and payer not in EU_MEMBER_STATES and payer != shop,
    }
    assert [way for way, so in found.items() if so] == [direction_of(payer, shop)]


@pytest.mark.parametrize(
    ("payer", "shop", "way"),
    [
        ("DE", "DE", "domestic"), ("FR", "DE", "outbound"), ("DE", "VN", "outbound"),
        ("CN", "DE", "inbound"), ("GB", "VN", "inbound"), ("VN", "VN", "domestic"), (None, "DE", "unknown"),
    ],
)  # fmt: skip
def test_the_cases_by_name(payer, shop, way):
    assert direction_of(payer, shop) == way
    assert len(EU_MEMBER_STATES) == 27


@pytest.fixture
def world(transactional_db):
    """Two shops in two countries, payers from everywhere; one tip, two refunds, one in the next quarter."""
    berlin, hanoi = make_shop(), make_shop("VN", trade_name="=Phở", categories=("standard",))
    made = []
    for number, origin in enumerate(["DE", "FR", "CN", None]):
        person = make_person(funds={"EUR": 50_000, "VND": 5_000_000})
        for shop, amount in ((berlin, 1190), (hanoi, 110_000)):
            at = datetime(2026, 10, 5 + number, 12, tzinfo=UTC)
            tip = 100 if origin == "CN" and shop is berlin else 0
            payment = pay(make_static_code(shop), person, amount + number, tip_minor=tip, happened_at=at)
            if origin:
                Payment.objects.filter(pk=payment.pk).update(
                    payer_country=origin,
                    payer_country_source="said",
                    cross_border=origin != shop.merchant.country,
                )
            made.append(payment)
    settle_all()
    french, chinese = made[2], made[4]
    refund(
        actor=berlin.owner, payment_id=french.pk, key="a", amount_minor=500,
        happened_at=datetime(2026, 11, 2, tzinfo=UTC),
    )  # fmt: skip
    refund(actor=berlin.owner, payment_id=chinese.pk, key="b", happened_at=datetime(2027, 1, 4, tzinfo=UTC))
    return made


def report(folder, period=Q4):
    made = write_platform_export(period=period, name="inbound_report", folder=folder)
    return made, list(csv.DictReader(io.StringIO(made.data.read_text(), newline=""), strict=True))


def test_the_four_are_all_payments_and_nothing_is_in_it_twice(world, tmp_path):
    _, rows = report(tmp_path)
    assert sum(int(row["count"]) for row in rows) == len(world) == 8
    keys = [(row["merchant_id"], row["country"], row["payer_country"]) for row in rows]
    assert len(set(keys)) == len(keys)
    ways = Counter({way: 0 for way in Direction})
    for row in rows:
        ways[row["direction"]] += int(row["count"])
    assert ways == {"domestic": 1, "outbound": 3, "inbound": 2, "unknown": 2}
    for currency in ("EUR", "VND"):
        paid = sum(p.sale_minor for p in world if p.currency == currency)
        sold = sum(Decimal(row["sales"]) for row in rows if row["currency"] == currency)
        assert sold == Decimal(paid) / (100 if currency == "EUR" else 1)
    for row in rows:
        assert Decimal(row["net"]) + Decimal(row["tax"]) == Decimal(row["gross"])
        assert Decimal(row["sales"]) + Decimal(row["refunds"]) == Decimal(row["gross"])
        assert Decimal(row["tax"]) > 0
    assert {row["merchant"] for row in rows} == {"Café Morgenrot GmbH", "'=Phở GmbH"}


def test_a_refund_is_negative_in_its_own_period(world, tmp_path):
    french = next(
        row for row in report(tmp_path)[1] if (row["payer_country"], row["country"]) == ("FR", "DE")
    )
    assert (french["sales"], french["refunds"], french["gross"]) == ("11.91", "-5.00", "6.91")
    assert french["refund_count"] == "1"
    (late,) = report(tmp_path / "next", quarter(2027, 1, "UTC"))[1]
    assert (late["direction"], late["count"], late["refund_count"]) == ("inbound", "0", "1")
    assert (late["sales"], late["refunds"], late["tax"], late["tips"]) == ("0.00", "-11.92", "-1.90", "-1.00")


def test_pieces_of_a_quarter_add_up_to_it(world, tmp_path):
    whole = report(tmp_path)[1]
    cuts = [(10, 1, 10, 6), (10, 7, 10, 7), (10, 8, 12, 31)]
    parts = [
        row
        for a, b, c, d in cuts
        for row in report(tmp_path / str(b), days(datetime(2026, a, b).date(), datetime(2026, c, d).date(), "UTC"))[1]  # noqa: DTZ001, E501
    ]  # fmt: skip
    for column in ("count", "refund_count", "sales", "refunds", "net", "tax", "gross", "tips"):
        assert sum(Decimal(row[column]) for row in parts) == sum(Decimal(row[column]) for row in whole)


@pytest.mark.parametrize(
    "fault",
    [
        {"tax_minor": 1}, {"tip_minor": 7, "total_minor": 1197, "sale_minor": 1190},
        {"state": "promised", "journal": None, "settled_at": None},
    ],
)  # fmt: skip
def test_what_the_ledger_does_not_say_is_no_file(world, tmp_path, fault):
    Payment.objects.filter(pk=world[0].pk).update(**fault)
    with pytest.raises(ExportDoesNotFoot):
        report(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_same_bytes_and_a_package_that_a_stranger_reads(world, tmp_path):
    first, _ = report(tmp_path / "a")
    again, _ = report(tmp_path / "b")
    assert first.data.read_bytes() == again.data.read_bytes()
    assert first.package.read_bytes() == again.package.read_bytes()
    (tmp_path / "a" / first.file_name).write_bytes(first.data.read_bytes())
    descriptor = tmp_path / "a" / "datapackage.json"
    descriptor.write_bytes(first.package.read_bytes())
    assert frictionless.validate(str(descriptor), type="package").valid
    assert json.loads(first.package.read_bytes())["quittance"]["stream_sha256"] == first.stream_sha256


def test_from_the_terminal(world, tmp_path):
    assert run(list=True, platform=True) == "inbound_report: Inbound report, CSV\n"
    said = run(platform=True, period="2026-Q4", format="inbound_report", out=tmp_path / "inbound.csv")
    assert said.startswith("8 rows, sha256 ")


def test_the_operators_page(world, client_of):
    staff = make_person(pin=None, is_staff=True)
    browser = client_of(staff)
    text = browser.get("/books/inbound/?period=2026-Q4").content.decode()
    for word in ("domestic", "outbound", "inbound", "unknown"):
        assert f">{word} <" in text
    rows = directions_for(staff, Q4)
    assert sum(row.payments for row in rows) == 8
    answer = browser.post("/books/inbound/exports/", {"period": "2026-Q4"})
    assert (answer.status_code, answer.url) == (302, "/books/inbound/?period=2026-Q4#exports")
    browser.post("/books/inbound/exports/", {"period": "2026-Q4"})
    export = Export.objects.get()
    assert (export.merchant, export.requested_by) == (None, staff)
    assert build_export(export_id=export.pk)
    export.refresh_from_db()
    assert export.sha256 in "".join(path.name for path in export.folder.iterdir())
    assert "Download CSV" in browser.get(answer.url).content.decode()
    file = browser.get(f"/books/inbound/exports/{export.pk}/file")
    assert b"".join(file.streaming_content).startswith(b"merchant_id,merchant,")
    package = browser.get(f"/books/inbound/exports/{export.pk}/datapackage.json")
    assert json.loads(b"".join(package.streaming_content))["resources"][0]["name"] == "inbound"
    assert browser.get("/books/inbound/?period=2026-13").status_code == 400


def test_only_operators_see_any_of_it(world, client_of):
    """Owner, payer and stranger: the same 404 as an address that is not there."""
    staff = client_of(make_person(pin=None, is_staff=True))
    staff.post("/books/inbound/exports/", {"period": "2026-Q4"})
    export = Export.objects.get()
    build_export(export_id=export.pk)
    owner = export.requested_by.__class__.objects.filter(memberships__role="owner").first()
    for person in (owner, world[0].person, make_person(pin=None)):
        browser = client_of(person)
        for address in ("", f"exports/{export.pk}/file", f"exports/{export.pk}/datapackage.json"):
            assert browser.get(f"/books/inbound/{address}").status_code == 404
        assert browser.post("/books/inbound/exports/", {"period": "2026-Q3"}).status_code == 404
        assert browser.get(f"/books/{world[0].merchant_id}/exports/{export.pk}/file").status_code == 404
    assert Export.objects.count() == 1
