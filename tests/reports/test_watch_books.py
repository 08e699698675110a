"""The clock looks at the books: what is wrong stops payouts and is told once, and is never mended."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from base.core.findings import Finding
from base.models import AuditLine, Notice
from merchants.flows.lift_payout_stop import lift_payout_stop
from merchants.models import PayoutStop
from people.models import User
from reports.flows import watch_books as watching
from reports.flows.watch_books import MOST_KEPT, watch_books
from reports.models import BooksFinding, BooksLook
from reports.tasks import watch_books as task
from tests.factories import make_person, make_shop
from tests.races.threads import start
from tests.reports.conftest import Trade

WRONG = "UPDATE payments_payment SET refunded_minor = refunded_minor - 1 WHERE id = %s"
RIGHT = "UPDATE payments_payment SET refunded_minor = refunded_minor + 1 WHERE id = %s"


@pytest.fixture
def operators(trade: Trade) -> list[User]:
    return [make_person(pin=None, is_staff=True) for _ in range(2)]


def stopped() -> set[UUID | None]:
    return set(PayoutStop.objects.filter(lifted_at=None).values_list("merchant", flat=True))


def alerts() -> int:
    return Notice.objects.filter(subject__startswith="The books are wrong").count()


def test_right_books_stop_nobody(trade: Trade, operators: list[User]) -> None:
    assert task() == 0
    look = BooksLook.objects.get()
    assert (look.findings, look.checks > 20) == (0, True)
    assert (stopped(), alerts(), BooksFinding.objects.count()) == (set(), 0, 0)


def test_a_finding_stops_that_merchant_and_is_told_once(
    trade: Trade, operators: list[User], owner_sql: Callable[..., None]
) -> None:
    merchant, other = trade.shop.merchant.pk, make_shop().merchant.pk
    owner_sql(WRONG, trade.cake.pk)
    assert [watch_books(), watch_books(), watch_books()] == [1, 1, 1]
    assert stopped() == {merchant}
    assert other not in stopped()
    assert PayoutStop.objects.get().reason == "The audit of the books found: refunds_within."
    mails = Notice.objects.filter(subject__startswith="The books are wrong")
    assert sorted(mail.to for mail in mails) == sorted(person.email for person in operators)
    assert str(trade.cake.pk) in mails[0].body
    assert "payouts of 1 shop stopped" in mails[0].subject
    assert AuditLine.objects.get(action="books.findings").detail == {
        "findings": 1,
        "checks": ["refunds_within"],
    }
    finding = BooksFinding.objects.get()
    assert (finding.subject, finding.shard_key, finding.gone_at) == (str(trade.cake.pk), merchant, None)
    assert finding.seen_at > finding.found_at


def test_nothing_is_mended(trade: Trade, owner_sql: Callable[..., None]) -> None:
    owner_sql(WRONG, trade.cake.pk)
    watch_books()
    trade.cake.refresh_from_db()
    assert trade.cake.refunded_minor == 644


def test_a_lifted_stop_stays_lifted_until_there_is_something_new(
    trade: Trade, operators: list[User], owner_sql: Callable[..., None]
) -> None:
    merchant = trade.shop.merchant.pk
    owner_sql(WRONG, trade.cake.pk)
    watch_books()
    stop = PayoutStop.objects.get()
    lift_payout_stop(operator_id=operators[0].pk, stop_id=stop.pk, reason="Known, a journal follows")
    watch_books()
    assert stopped() == set()
    owner_sql(WRONG, trade.order.pk)
    watch_books()
    assert stopped() == {merchant}
    assert alerts() == 2 * len(operators)


def test_what_was_gone_and_comes_back_is_new(
    trade: Trade, operators: list[User], owner_sql: Callable[..., None]
) -> None:
    owner_sql(WRONG, trade.cake.pk)
    watch_books()
    owner_sql(RIGHT, trade.cake.pk)
    assert watch_books() == 0
    assert BooksFinding.objects.get().gone_at is not None
    assert stopped() == {trade.shop.merchant.pk}  # only a person lifts it
    owner_sql(WRONG, trade.cake.pk)
    watch_books()
    assert alerts() == 2 * len(operators)
    assert BooksFinding.objects.count() == 2


@pytest.mark.parametrize("whose", [None, "a wallet"])
def test_what_is_nobodys_stops_all(whose: str | None, trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Finding("sum_is_zero", "EUR", "1", uuid4() if whose else None)
    monkeypatch.setattr(watching, "audit", lambda: [found])
    assert watch_books() == 1
    assert stopped() == {None}


def test_too_much_is_kept_in_part_and_stops_all(
    trade: Trade, operators: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    merchant = trade.shop.merchant.pk
    many = [Finding("x", f"{number:05}", "y", merchant) for number in range(MOST_KEPT + 7)]
    monkeypatch.setattr(watching, "audit", lambda: many)
    assert [watch_books(), watch_books()] == [MOST_KEPT + 7] * 2
    assert BooksFinding.objects.filter(gone_at=None).count() == MOST_KEPT
    assert stopped() == {merchant, None}
    assert alerts() == len(operators)
    assert "more." in Notice.objects.filter(to=operators[0].email)[0].body


def test_never_two_looks_at_once(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []

    def audit_while_another_looks() -> list[Finding]:
        looked.append(start(watch_books)())
        return []

    monkeypatch.setattr(watching, "audit", audit_while_another_looks)
    assert watch_books() == 0
    assert looked == [None]
    assert BooksLook.objects.count() == 1


def test_beat_rings_it_every_ten_minutes() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["books"]
    assert entry == {"task": "reports.tasks.watch_books", "schedule": 600.0}
    assert task.name == entry["task"]
    assert task.time_limit < settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]


def test_operators_see_it_and_nobody_else(
    trade: Trade, operators: list[User], owner_sql: Callable[..., None], client_of: Callable[[User], Client]
) -> None:
    page, client = reverse("reports:audit"), client_of(operators[0])
    assert "not looked yet" in client.get(page).content.decode()
    watch_books()
    assert "clean" in client.get(page).content.decode()
    owner_sql(WRONG, trade.cake.pk)
    watch_books()
    shown = client.get(page).content.decode()
    for text in ("refunds_within", "Café Morgenrot", str(trade.cake.pk), "refunded 644"):
        assert text in shown
    for person in (trade.shop.owner, trade.accountant, trade.payer):
        assert client_of(person).get(page).status_code == 404
