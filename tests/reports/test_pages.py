"""The accountant's desk: who sees what, what the month says, and how files are handed out."""

import json
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from merchants.models import Membership, Merchant
from reports.core.totals import COLUMNS, SELDOM
from reports.flows.build_export import build_export
from reports.models import Export
from reports.queries.books import exports_of, month_to_show
from tests.factories import make_member, make_person, make_shop
from tests.reports.reading import read_csv


@pytest.fixture
def books(trade):
    return f"/books/{trade.shop.merchant.pk}/"


@pytest.fixture
def ready(trade, desk, books):
    """An export made through the page."""
    desk.post(f"{books}exports/", {"month": "2026-11", "format": "transactions_csv"})
    export = Export.objects.get()
    build_export(export_id=export.pk)
    export.refresh_from_db()
    return export


def addresses(merchant_id, export_id):
    return [
        ("get", f"/books/{merchant_id}/"),
        ("get", f"/books/{merchant_id}/?month=2026-11"),
        ("get", f"/books/{merchant_id}/exports/"),
        ("post", f"/books/{merchant_id}/exports/"),
        ("get", f"/books/{merchant_id}/exports/{export_id}/file"),
        ("get", f"/books/{merchant_id}/exports/{export_id}/datapackage.json"),
    ]


def test_strangers_and_roles_without_export_see_nothing(trade, ready, client_of):
    ended = make_member(trade.shop, "accountant")
    Membership.objects.filter(person=ended).update(ended_at=timezone.now())
    for actor in (trade.payer, trade.shop.cashier, make_shop().owner, make_person(pin=None), ended):
        browser = client_of(actor)
        for method, address in addresses(trade.shop.merchant.pk, ready.pk):
            answer = getattr(browser, method)(address, {"month": "2026-11", "format": "transactions_csv"})
            unknown = getattr(browser, method)(address.replace(str(trade.shop.merchant.pk), str(ready.pk)))
            assert answer.status_code == unknown.status_code == 404
            assert answer.content == unknown.content
    assert Export.objects.count() == 1


def test_nobody_is_sent_to_sign_in(trade, ready):
    for method, address in [("get", "/books/"), *addresses(trade.shop.merchant.pk, ready.pk)]:
        answer = getattr(Client(), method)(address)
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login/")


def test_one_clients_export_is_not_another_clients(trade, ready, client_of):
    """The accountant serves both: the address must name the right one."""
    other = make_shop(trade_name="Tea house")
    Membership.objects.create(merchant=other.merchant, person=trade.accountant, role="accountant")
    browser = client_of(trade.accountant)
    assert browser.get(f"/books/{other.merchant.pk}/").status_code == 200
    assert browser.get(f"/books/{other.merchant.pk}/exports/{ready.pk}/file").status_code == 404


def test_the_clients_of_an_accountant(trade, client_of, django_assert_num_queries):
    other = make_shop(trade_name="Austin Market", country="US")
    Membership.objects.create(merchant=other.merchant, person=trade.accountant, role="accountant")
    make_shop(trade_name="Not a client")
    browser = client_of(trade.accountant)
    with django_assert_num_queries(4):
        text = browser.get("/books/").content.decode()
    assert text.index("Austin Market") < text.index("Café Morgenrot")
    assert "Not a client" not in text


def test_without_a_client_the_page_says_what_to_do(trade, client_of):
    for person in (trade.payer, trade.shop.cashier):
        text = client_of(person).get("/books/").content.decode()
        assert "No client has invited you yet" in text
        assert person.email in text


def test_the_month_says_what_the_ledger_says(trade, desk, books, django_assert_num_queries):
    with django_assert_num_queries(12):
        answer = desk.get(f"{books}?month=2026-11")
    text = answer.content.decode()
    assert "<title>Overview, November 2026, Café Morgenrot" in text
    assert '<option value="2026-11" selected>November 2026</option>' in text
    assert "Foots to the ledger" in text
    assert "13 rows:" in text
    for figure in ("31.52", "−20.22", "1.30", "0.50", "−0.09", "11.71"):
        assert f">{figure}" in text, figure
    assert "VAT 19\N{NO-BREAK SPACE}%" in text
    assert answer["Cache-Control"] == "no-store"


def test_another_month_is_empty_and_says_so(desk, books):
    text = desk.get(f"{books}?month=2026-08").content.decode()
    assert "Nothing was sold in this period" in text
    assert "Foots to the ledger" not in text
    assert desk.get(f"{books}?month=2026-8").status_code == 400


def test_the_month_shown_first(trade):
    """The last finished month with trade; before there is one, the month we are in."""
    merchant, zone = trade.shop.merchant, "Europe/Berlin"
    december = trade.period.ends_at + timedelta(days=70)
    assert month_to_show(merchant, december, zone) == trade.period
    assert month_to_show(merchant, trade.period.starts_at, zone) == trade.period
    assert month_to_show(Merchant(), december, zone).label == "2027-02"


def test_the_export_is_asked_for_and_watched(trade, desk, books):
    answer = desk.post(f"{books}exports/", {"month": "2026-11", "format": "transactions_csv"})
    assert (answer.status_code, answer.url) == (302, f"{books}exports/?period=2026-11")
    waiting = desk.get(answer.url).content.decode()
    assert 'http-equiv="refresh"' in waiting
    assert "queued" in waiting and "Waits for its turn" in waiting
    export = Export.objects.get()
    assert export.requested_by == trade.accountant
    for rows, total, told in [
        (0, 0, "Rows and ledger are being compared"),
        (0, 1_000_000, "1,000,000 rows equal the ledger"),
        (412_000, 1_000_000, "412,000 of 1,000,000 rows, 41 %"),
    ]:
        Export.objects.update(state="building", started_at=Now(), rows=rows, rows_total=total)
        assert told in desk.get(answer.url).content.decode()
    Export.objects.update(state="queued")
    build_export(export_id=export.pk)
    done = desk.get(answer.url).content.decode()
    assert 'http-equiv="refresh"' not in done
    export.refresh_from_db()
    assert export.sha256 in done
    shown = [done.index(f"<code>{column}</code>") for column in COLUMNS if column not in SELDOM]
    assert shown == sorted(shown)
    assert "Download CSV<span" in done
    desk.post(f"{books}exports/", {"month": "2026-11", "format": "xlsx"})
    build_export(export_id=Export.objects.latest("created_at").pk)
    assert "Download XLSX<span" in desk.get(answer.url).content.decode()


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({}, 400),
        ({"month": "2026-11"}, 404),
        ({"month": "2026-11", "format": "../x"}, 404),
        ({"month": "2150-01", "format": "transactions_csv"}, 409),
        ({"month": "11/2026", "format": "transactions_csv"}, 400),
    ],
)
def test_a_wish_that_makes_no_sense(desk, books, wish, status):
    assert desk.post(f"{books}exports/", wish).status_code == status
    assert not Export.objects.exists()


def test_the_files_as_they_are_handed_out(ready, desk, books):
    data = desk.get(f"{books}exports/{ready.pk}/file")
    content = b"".join(data.streaming_content)
    assert len(read_csv(content)) == 13
    assert data["Content-Type"] == "text/csv; charset=utf-8; header=present"
    name = "quittance-cafe-morgenrot-2026-11-transactions.csv"
    assert data["Content-Disposition"] == f'attachment; filename="{name}"'
    assert data["Content-Length"] == str(len(content))
    assert (data["ETag"], data["Cache-Control"]) == (f'"{ready.sha256}"', "no-store")
    assert data["X-Content-Type-Options"] == "nosniff"
    package = desk.get(f"{books}exports/{ready.pk}/datapackage.json")
    described = json.loads(b"".join(package.streaming_content))
    assert described["resources"][0]["path"] == name
    assert described["resources"][0]["hash"] == f"sha256:{ready.sha256}"


def test_a_file_that_is_lost_is_said_in_words(ready, desk, books):
    for path in ready.folder.iterdir():
        path.unlink()
    answer = desk.get(f"{books}exports/{ready.pk}/file")
    assert answer.status_code == 410
    assert "Make the export again" in answer.content.decode()


@pytest.mark.parametrize("state", ["queued", "building", "failed"])
def test_only_a_ready_export_is_handed_out(ready, desk, books, state):
    """Its files lie there; its state says no."""
    Export.objects.update(state=state, sha256="", problem="It did not work.")
    assert desk.get(f"{books}exports/{ready.pk}/file").status_code == 404
    assert desk.get(f"{books}exports/{ready.pk}/datapackage.json").status_code == 404
    text = desk.get(f"{books}exports/").content.decode()
    assert ("It did not work." in text) == (state == "failed")


def test_hostile_names_are_text_on_the_page(trade, desk, books):
    Merchant.objects.filter(pk=trade.shop.merchant.pk).update(trade_name="<script>alert(1)</script>")
    text = desk.get(books).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_looking_again_adds_nothing_up(ready, desk, books, django_assert_max_num_queries):
    """The page looks every three seconds: with a million rows in the period it must cost nothing."""
    with django_assert_max_num_queries(8) as seen:
        desk.get(f"{books}exports/")
    assert not [query for query in seen.captured_queries if "payments_saleline" in query["sql"]]


@pytest.mark.parametrize(("name", "kind"), [("xlsx", "XLSX"), ("transactions_jsonl", "JSONL")])
def test_a_file_is_offered_as_what_it_is(desk, books, name, kind):
    desk.post(f"{books}exports/", {"month": "2026-11", "format": name})
    build_export(export_id=Export.objects.get().pk)
    assert f"Download {kind}" in desk.get(f"{books}exports/").content.decode()


def test_the_list_of_exports_is_short_and_newest_first(trade, desk, books, django_assert_num_queries):
    for number in range(30):
        Export.objects.create(
            merchant=trade.shop.merchant,
            name="transactions_csv",
            period=f"20{number:02d}-01",
            starts_at=trade.period.starts_at,
            ends_at=trade.period.ends_at,
            time_zone="UTC",
            state="failed",
            requested_by=trade.accountant,
        )
    with django_assert_num_queries(1):
        periods = [export.period for export in exports_of(trade.shop.merchant)]
    assert len(periods) == 24
    assert periods[0] == "2029-01"
