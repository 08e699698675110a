"""Opening a closed period again takes two people, one of them an owner, and a reason."""

from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction

from base.core.errors import Refused
from base.ids import database_now
from base.models import AuditLine, Notice
from merchants.models import Membership
from payments.flows.refund import refund
from payments.models import Payment
from people.models import User
from reports.flows.agree_reopening import agree_reopening, withdraw_reopening
from reports.flows.ask_reopening import ask_reopening
from reports.flows.audit import audit
from reports.flows.file_period import file_period
from reports.models import BooksPeriod, BooksReopening
from tests.factories import make_member, make_person
from tests.reports.sealing import Books, at

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "A sale is missing"


@pytest.fixture
def books() -> Books:
    made = Books()
    made.sell(1, 5)
    made.close("2026-01")
    return made


def where(books: Books) -> dict[str, Any]:
    return {"merchant_id": books.pk, "period_id": BooksPeriod.objects.get(label="2026-01").pk}


def ask(books: Books, person: User, reason: str = WHY) -> BooksReopening:
    return ask_reopening(actor_id=person.pk, reason=reason, **where(books))


def agree(books: Books, person: User) -> BooksPeriod:
    return agree_reopening(actor_id=person.pk, **where(books))


def code(act: object, *args: object) -> tuple[str, int]:
    with pytest.raises(Refused) as no:
        act(*args)  # type: ignore[operator]
    return no.value.code, no.value.status


def test_two_people_open_it_and_it_takes_a_sale_again(books: Books) -> None:
    request = ask(books, books.accountant)
    assert request.expires_at - request.asked_at == timedelta(days=14)
    with pytest.raises(Refused, match="period_closed"):
        books.sell(1, 6)
    period = agree(books, books.shop.owner)
    assert period.reopening
    assert (period.state, period.reopening.agreed_by) == ("reopened", books.shop.owner)
    books.sell(1, 6)
    actions = AuditLine.objects.filter(subject=period.pk).order_by("id").values_list("action", "actor")
    assert list(actions) == [
        ("period.closed", books.accountant.pk),
        ("period.reopening_asked", books.accountant.pk),
        ("period.reopened", books.shop.owner.pk),
    ]
    mails = Notice.objects.filter(to=books.shop.owner.email, subject__contains="2026-01").order_by("id")
    assert [WHY in mail.body for mail in mails] == [True, True]
    assert books.close("2026-01").reopening is None
    assert audit() == []


def test_a_refund_that_met_closed_books_is_asked_anew_after_reopening(books: Books) -> None:
    """As every no its refusal stays the answer of its key; a new key gets today's answer."""
    paid = Payment.objects.get()
    ask_back = partial(
        refund, actor=books.shop.owner, payment_id=paid.pk, amount_minor=119, happened_at=at(1, 7)
    )
    assert code(partial(ask_back, key="a")) == ("period_closed", 409)
    books.reopen(BooksPeriod.objects.get())
    assert code(partial(ask_back, key="a")) == ("period_closed", 409)
    assert ask_back(key="b").amount_minor == 119


def test_the_owner_may_ask_and_the_accountant_agree(books: Books) -> None:
    ask(books, books.shop.owner)
    assert agree(books, books.accountant).state == "reopened"


def test_nobody_agrees_alone(books: Books) -> None:
    ask(books, books.shop.owner)
    assert code(agree, books, books.shop.owner) == ("two_people_needed", 403)


def test_two_accountants_are_not_enough(books: Books) -> None:
    ask(books, books.accountant)
    assert code(agree, books, make_member(books.shop, "accountant")) == ("owner_needed", 403)
    assert BooksPeriod.objects.get().state == "closed"


@pytest.mark.parametrize("role", ["manager", "cashier", ""])
def test_others_neither_ask_nor_agree(books: Books, role: str) -> None:
    other = make_member(books.shop, role) if role else make_person(pin=None)
    assert code(ask, books, other) == ("not_found", 404)
    ask(books, books.accountant)
    assert code(agree, books, other) == ("not_found", 404)


def test_it_needs_a_reason(books: Books) -> None:
    assert code(ask, books, books.accountant, "  ") == ("reason_missing", 400)


def test_it_is_asked_once_and_may_be_withdrawn(books: Books) -> None:
    ask(books, books.accountant)
    assert code(ask, books, books.shop.owner) == ("reopening_asked", 409)
    withdraw_reopening(actor_id=books.accountant.pk, **where(books))
    assert code(agree, books, books.shop.owner) == ("reopening_gone", 409)
    assert ask(books, books.shop.owner).state == "asked"


def test_an_old_request_is_over(books: Books) -> None:
    request = ask(books, books.accountant)
    BooksReopening.objects.filter(pk=request.pk).update(expires_at=database_now() - timedelta(seconds=1))
    assert code(agree, books, books.shop.owner) == ("reopening_gone", 409)
    assert ask(books, books.accountant).state == "asked"
    assert BooksReopening.objects.get(pk=request.pk).state == "expired"


def test_who_asked_and_left_is_not_one_of_the_two(books: Books) -> None:
    second = make_member(books.shop, "owner")
    ask(books, second)
    Membership.objects.filter(person=second).update(ended_at=database_now())
    assert code(agree, books, books.accountant) == ("asker_left", 409)


def test_later_periods_wait_until_it_is_closed_again(books: Books) -> None:
    books.reopen(BooksPeriod.objects.get())
    assert code(books.close, "2026-02") == ("earlier_period_open", 409)
    books.close("2026-01")
    assert books.close("2026-02").state == "closed"


def test_a_middle_period_is_opened_and_its_neighbours_stay_shut(books: Books) -> None:
    books.close("2026-02")
    books.close("2026-03")
    books.reopen(BooksPeriod.objects.get(label="2026-02"))
    books.sell(2, 3)
    for month in (1, 3):
        with pytest.raises(Refused, match="period_closed"):
            books.sell(month, 3)
    assert books.close("2026-02").closings.count() == 2
    assert audit() == []


def test_filed_once_after_its_end_and_again_after_it_was_opened(books: Books) -> None:
    today = database_now().astimezone(ZoneInfo(BooksPeriod.objects.get().time_zone)).date()
    wish = {"actor_id": books.accountant.pk, **where(books), "reference": "ELSTER 123"}
    assert code(lambda: file_period(**wish, filed_on=today.replace(year=2025))) == ("filed_on_invalid", 400)
    assert code(lambda: file_period(**wish, filed_on=today + timedelta(days=1))) == ("filed_on_invalid", 400)
    filing = file_period(**wish, filed_on=today)
    assert (filing.reference, BooksPeriod.objects.get().state) == ("ELSTER 123", "filed")
    assert code(lambda: file_period(**wish, filed_on=today)) == ("period_not_closed", 409)
    books.reopen(filing.closing.period)
    assert code(lambda: file_period(**wish, filed_on=today)) == ("period_not_closed", 409)
    books.close("2026-01")
    assert file_period(**wish, filed_on=today).closing.number == 2


FORGED = [
    "UPDATE reports_booksreopening SET state = 'agreed', ended_at = now(), agreed_by_id = asked_by_id",
    "UPDATE reports_booksreopening SET reason = 'x'",
    "DELETE FROM reports_booksreopening",
    "UPDATE reports_booksperiod p SET state = 'reopened', reopening_id = r.id FROM reports_booksreopening r",
]


@pytest.mark.parametrize("sql", FORGED)
def test_the_database_wants_two_people(books: Books, sql: str) -> None:
    ask(books, books.shop.owner)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert BooksPeriod.objects.get().state == "closed"


def test_an_agreed_request_opens_once(books: Books) -> None:
    """It was for one closing: what was closed after it needs two people again."""
    period = BooksPeriod.objects.get()
    books.reopen(period)
    books.close("2026-01")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reports_booksperiod SET state = 'reopened',"
            " reopening_id = (SELECT id FROM reports_booksreopening)"
        )
    assert BooksPeriod.objects.get().state == "closed"
