"""Many codes at once: all or none are made, drawn once in the background, kept, and served as they were."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from base.core.errors import Refused
from base.ids import database_now
from base.models import AuditLine
from merchants.core.code_list import read_list
from merchants.flows import draw_print_run as flow
from merchants.flows.draw_print_run import LEASE, draw_print_run, draw_queued
from merchants.flows.order_print_run import order_print_run
from merchants.models import Merchant, PrintRun, QrCode
from merchants.queries import code_by_token, codes_of, codes_of_run, token_of
from merchants.sheets import LAYOUTS
from merchants.sheets.drawing import pages
from merchants.tasks import draw_queued as draw_queued_task
from people.models import User
from tests.factories import Shop, make_person, make_shop
from tests.pixels import codes_in, pdf_pixels

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def order(shop: Shop, count: int = 3, **other: Any) -> PrintRun:
    said: dict[str, Any] = {
        "actor_id": shop.owner.pk,
        "branch_id": shop.branch.pk,
        "wanted": read_list("\n".join(f"Table {number}" for number in range(1, count + 1))),
        "category": "standard",
        "sheet": "sticker",
    }
    return order_print_run(**(said | other))


def test_a_list_becomes_codes_and_one_file_of_all(shop: Shop) -> None:
    run = order(shop, 30)
    codes = codes_of_run(run)
    assert [code.label for code in codes] == [f"Table {number}" for number in range(1, 31)]
    assert all(code_by_token(token_of(code)) == code for code in codes[:3])
    assert draw_print_run(run_id=run.pk) and not draw_print_run(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.drawn) == ("ready", 30) and run.content is not None
    document = PdfReader(BytesIO(run.content))
    assert len(document.pages) == 3  # twelve a page
    assert len(codes_in(pdf_pixels(bytes(run.content), dpi=150, page=2))) == 6
    words = " ".join(page.extract_text() for page in document.pages)
    assert all(f"Table {number}\n" in words for number in range(1, 31))


@pytest.mark.parametrize("sheet", LAYOUTS)
def test_each_code_of_a_run_scans_to_itself(shop: Shop, sheet: str) -> None:
    run = order(shop, 3, sheet=sheet)
    draw_queued()
    run.refresh_from_db()
    content = bytes(run.content or b"")
    count = len(PdfReader(BytesIO(content)).pages)
    found = [text for page in range(count) for text in codes_in(pdf_pixels(content, dpi=150, page=page))]
    assert {text.rsplit("/", 1)[1] for text in found} == {token_of(code) for code in codes_of_run(run)}


def test_a_code_may_name_its_till(shop: Shop) -> None:
    wanted = read_list(f"label,till\nBar,{shop.till.name}\nHall,\n", tills=frozenset({shop.till.name}))
    tills = [code.till for code in codes_of_run(order(shop, wanted=wanted))]
    assert tills == [shop.till, None]


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"category": "reduced_2"}, "category_not_sold"),
        ({"sheet": "svg"}, "sheet_unknown"),
        ({"wanted": read_list("Table 1\n찻\n")}, "sheet_script_unsupported"),
        ({"wanted": read_list("label,till\nA,Cellar\n", tills=frozenset({"Cellar"}))}, "till_unknown"),
    ],
)
def test_what_is_refused_makes_nothing(shop: Shop, other: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused, match=code):
        order(shop, **other)
    assert (
        not QrCode.objects.exists()
        and not PrintRun.objects.exists()
        and not AuditLine.objects.filter(action="print_run.ordered").exists()
    )


def test_only_who_manages_codes_may_order_see_or_take_a_run(shop: Shop, client_of: SignIn) -> None:
    for actor in (shop.cashier, make_shop().owner, make_person(pin=None)):
        with pytest.raises(Refused, match="not_found"):
            order(shop, actor_id=actor.pk)
        client = client_of(actor)
        run = order(shop, 1, wanted=read_list(f"For {actor.pk}"))
        for name in ("print_run", "print_run_file"):
            assert client.get(reverse(f"merchants:{name}", args=[run.pk])).status_code == 404


def test_the_file_stays_as_it_was_drawn(shop: Shop, client_of: SignIn) -> None:
    run, client = order(shop), client_of(shop.owner)
    address = reverse("merchants:print_run_file", args=[run.pk])
    assert client.get(address).status_code == 409
    draw_queued()
    first = client.get(address)
    assert first.content.startswith(b"%PDF") and first.headers["Content-Disposition"].endswith('codes.pdf"')
    Merchant.objects.update(trade_name="Another")
    assert client.get(address).content == first.content


def test_a_worker_that_died_is_followed_by_another_when_its_lease_is_over(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = order(shop)

    def dies(*args: object, **named: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(flow, "pages", dies)
        with pytest.raises(KeyboardInterrupt):
            draw_print_run(run_id=run.pk)
    assert draw_queued() == 0
    PrintRun.objects.update(started_at=database_now() - LEASE - timedelta(seconds=1))
    assert draw_queued() == 1


def test_who_has_lost_the_lease_writes_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    run, draw = order(shop), pages

    def overtaken(*args: Any, **named: Any) -> bytes:
        PrintRun.objects.update(started_at=database_now())
        return draw(*args, **named)

    monkeypatch.setattr(flow, "pages", overtaken)
    assert not draw_print_run(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.content, run.drawn) == ("drawing", None, 0)


def test_what_cannot_be_drawn_says_so_and_is_not_tried_for_ever(
    shop: Shop, client_of: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = order(shop)
    monkeypatch.setattr(flow, "pages", lambda *args, **named: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        draw_queued()
    assert draw_queued() == 0
    page = client_of(shop.owner).get(reverse("merchants:print_run", args=[run.pk])).content.decode()
    assert "went wrong" in page and "data-watch" not in page

    def refused(*args: object, **named: object) -> bytes:
        raise Refused("sheet_text_too_long", "This text is too long for the sheet.", status=422)

    longer = order(shop, wanted=read_list("Hall"))
    monkeypatch.setattr(flow, "pages", refused)
    draw_queued()
    longer.refresh_from_db()
    assert longer.state == "failed" and "too long" in longer.problem


def test_the_clock_finds_what_no_ring_told(shop: Shop) -> None:
    assert settings.CELERY_BEAT_SCHEDULE["print_runs"]["task"] == draw_queued_task.name
    order(shop)
    assert draw_queued_task() == 1


def test_the_page_takes_a_pasted_list_once_and_shows_how_far_it_is(shop: Shop, client_of: SignIn) -> None:
    client, address = client_of(shop.owner), reverse("merchants:add_print_run", args=[shop.branch.pk])
    page = client.get(address).content.decode()
    key = page.split('name="key" value="')[1].split('"')[0]
    said = {
        "key": key,
        "labels": "Table 1\nTable 2",
        "category": "standard",
        "sheet": "tent",
        "tip_allowed": "on",
    }
    first, again = client.post(address, said), client.post(address, said)
    assert first.status_code == 302 and again.headers["Location"] == first.headers["Location"]
    run = PrintRun.objects.get()
    assert (run.total, run.sheet) == (2, "tent")
    PrintRun.objects.update(state="drawing", drawn=1)
    page = client.get(first.headers["Location"]).content.decode()
    assert "data-watch" in page and "1 of 2" in page and 'value="1" max="2"' in page
    assert (
        reverse("merchants:print_run", args=[run.pk])
        in client.get(reverse("merchants:codes", args=[shop.merchant.pk])).content.decode()
    )


def test_the_page_takes_a_file_and_tells_every_wrong_line(shop: Shop, client_of: SignIn) -> None:
    client, address = client_of(shop.owner), reverse("merchants:add_print_run", args=[shop.branch.pk])
    bad = "label;till\n" + "\n".join(f"Table {number};Cellar" for number in range(1_010))
    said = {"key": "k" * 16, "category": "standard", "sheet": "sticker"}
    answer = client.post(address, said | {"file": SimpleUploadedFile("tables.csv", bad.encode())})
    page = answer.content.decode()
    assert answer.status_code == 400 and not QrCode.objects.exists()
    assert all(f"Line {number}:" in page for number in range(2, 1_002)) and "And 10 more." in page
    good = f"label;till\nTable für zwölf;{shop.till.name}\n".encode("cp1252")
    assert client.post(address, said | {"file": SimpleUploadedFile("t.csv", good)}).status_code == 302
    assert QrCode.objects.get().label == "Table für zwölf"
    large = SimpleUploadedFile("t.csv", b"x" * 600_000)
    assert "too large" in client.post(address, said | {"file": large}).content.decode()


def test_the_list_of_codes_keeps_the_order_of_a_run(shop: Shop) -> None:
    order(shop, 12)
    assert [code.label for code in codes_of(shop.merchant)] == [f"Table {number}" for number in range(1, 13)]
