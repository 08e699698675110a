"""The pages of sealed periods: who sees what, what is asked before a close, two people on two browsers."""

import re

import pytest

from base.ids import database_now
from merchants.models import Membership
from reports.models import BooksPeriod, Export
from tests.factories import make_member, make_person, make_shop
from tests.reports.sealing import Books, build_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def books():
    return Books()


def addresses(books, period_id):
    root = f"/books/{books.pk}/periods/"
    seen = [("get", root), ("get", f"{root}{period_id}/")]
    acts = [("get", f"{root}close/?period=2026-02"), ("post", f"{root}close/")]
    acts += [
        ("post", f"{root}{period_id}/{act}/") for act in ("filed", "reopen", "agree", "withdraw", "files")
    ]
    return seen, acts


def test_strangers_and_other_roles_see_nothing(books, client_of):
    sale = books.sell(1, 5)
    period = books.close("2026-01")
    ended = make_member(books.shop, "accountant")
    Membership.objects.filter(person=ended).update(ended_at=database_now())
    seen, acts = addresses(books, period.pk)
    wish = {"period": "2026-02", "filed_on": "2026-11-01", "reason": "why"}
    for actor in (books.payer, books.shop.cashier, make_shop().owner, make_person(pin=None), ended):
        for method, address in seen + acts:
            assert getattr(client_of(actor), method)(address, wish).status_code == 404, (actor, address)
    manager = client_of(make_member(books.shop, "manager"))
    for method, address in seen:
        assert getattr(manager, method)(address).status_code == 200
    for method, address in acts:
        assert getattr(manager, method)(address, wish).status_code == 404, address
    assert "Open it again" not in manager.get(seen[1][1]).content.decode()
    assert BooksPeriod.objects.get().state == "closed"
    assert sale.total_minor == 1190


def test_one_clients_period_is_not_anothers(books, client_of):
    period = books.close("2026-01")
    other = make_shop(trade_name="Tea house")
    Membership.objects.create(merchant=other.merchant, person=books.accountant, role="accountant")
    browser = client_of(books.accountant)
    assert browser.get(f"/books/{other.merchant.pk}/periods/{period.pk}/").status_code == 404
    wish = {"filed_on": "2026-11-01"}
    assert browser.post(f"/books/{other.merchant.pk}/periods/{period.pk}/filed/", wish).status_code == 404
    assert BooksPeriod.objects.get().state == "closed"


def test_nobody_is_sent_to_sign_in(books, client):
    period = books.close("2026-01")
    seen, acts = addresses(books, period.pk)
    for method, address in seen + acts:
        answer = getattr(client, method)(address)
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login/")


def hidden(text, name):
    (value,) = re.findall(rf'name="{name}" value="([^"]*)"', text)
    return value


def test_the_story_on_the_pages(books, client_of):
    desk, owner = client_of(books.accountant), client_of(books.shop.owner)
    root = f"/books/{books.pk}/periods/"
    assert "Nothing is closed yet" in desk.get(root).content.decode()
    sale = books.sell(1, 5)
    page = desk.get(f"{root}close/?period=2026-Q1").content.decode()
    assert "Close 2026-Q1?" in page and "11.90" in page and "Foots to the ledger" in page
    wish = {"period": hidden(page, "period"), "journals": hidden(page, "journals")}
    books.sell(2, 5)
    assert "booked since" not in page
    february = desk.get(f"{root}close/?period=2026-02").content.decode()
    assert "The shop has booked since 5 January 2026" in february
    late = desk.post(f"{root}close/", wish)
    assert late.status_code == 409 and "since you looked" in late.content.decode()
    wish["journals"] = hidden(late.content.decode(), "journals")
    assert wish["journals"] == "2"
    done = desk.post(f"{root}close/", wish, follow=True).content.decode()
    assert "2026-Q1 is closed" in done and "Being made" in done
    build_all()
    period = BooksPeriod.objects.get()
    text = desk.get(f"{root}{period.pk}/").content.decode()
    for export in Export.objects.all():
        assert export.sha256 in text
    assert text.count("closing 1") == Export.objects.count()
    assert re.search(r"<dt>VAT 19\s%, DE</dt><dd>3\.80\sEUR</dd>", text)
    assert re.search(r"<dt><code>net</code></dt><dd>", text)
    books.give_back(sale, 4, 2)
    assert "Exceptions so far" in desk.get(root).content.decode()
    assert "booked since" not in desk.get(f"{root}close/?period=2026-Q2").content.decode()
    assert "Exceptions so far" in desk.get(root).content.decode()
    bad = desk.post(f"{root}{period.pk}/filed/", {"filed_on": "2025-01-01"})
    assert bad.status_code == 409 and "Name the day" in bad.content.decode()
    filed = desk.post(
        f"{root}{period.pk}/filed/", {"filed_on": "2026-05-05", "reference": "R-1"}, follow=True
    )
    assert "R-1" in filed.content.decode()
    asked = desk.post(f"{root}{period.pk}/reopen/", {"reason": "A <b>sale</b>"}, follow=True).content.decode()
    assert "Withdraw it" in asked and "I agree" not in asked and "A &lt;b&gt;sale" in asked
    assert desk.post(f"{root}{period.pk}/agree/").status_code == 403
    assert "I agree" in owner.get(f"{root}{period.pk}/").content.decode()
    again = owner.post(f"{root}{period.pk}/agree/", follow=True).content.decode()
    assert "Close it again" in again
    assert "is open again" in desk.get(root).content.decode()
    page = desk.get(f"{root}close/?period=2026-Q1").content.decode()
    assert "The first closing and its files stay" in page
    wish["journals"] = hidden(page, "journals")
    desk.post(f"{root}close/", wish)
    assert period.closings.count() == 2


def test_a_period_that_is_not_over_says_when(books, client_of):
    answer = client_of(books.accountant).get(f"/books/{books.pk}/periods/close/?period={database_now().year}")
    assert "This period is not over" in answer.content.decode()
    assert client_of(books.accountant).get(f"/books/{books.pk}/periods/close/?period=x").status_code == 400


def test_the_list_needs_few_questions(books, client_of, django_assert_num_queries):
    for month in range(1, 6):
        books.close(f"2026-{month:02d}")
    desk = client_of(books.accountant)
    with django_assert_num_queries(11):
        desk.get(f"/books/{books.pk}/periods/")


def test_a_kept_file_is_served_as_it_was(books, client_of):
    books.sell(1, 5)
    books.close("2026-01")
    build_all()
    desk = client_of(books.accountant)
    for export in Export.objects.all():
        answer = desk.get(f"/books/{books.pk}/exports/{export.pk}/file")
        assert answer["ETag"] == f'"{export.sha256}"'
