"""Files by the clock: each schedule and period once, and links that open for one person alone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from django.db import IntegrityError
from django.test import Client

from base.core.errors import Refused
from base.ids import new_id
from base.models import Notice
from merchants.models import Membership
from people.models import User
from reports.flows import run_schedules as running
from reports.flows.add_schedule import MOST, add_schedule
from reports.flows.build_queued import build_queued
from reports.flows.end_schedule import end_schedule
from reports.flows.pause_schedule import pause_schedule
from reports.flows.resume_schedule import resume_schedule
from reports.flows.run_schedules import run_schedules
from reports.flows.tell_runs import tell_runs
from reports.models import Export, FileLink, Schedule, ScheduledRun
from reports.tasks import run_schedules as task
from tests.factories import make_member, make_shop
from tests.races.threads import at_once

DECEMBER = datetime(2026, 12, 5, 4, tzinfo=UTC)  # five in the morning in Berlin


@pytest.fixture
def member(trade) -> Membership:
    return Membership.objects.get(person=trade.accountant)


@pytest.fixture
def add(trade, member) -> Callable[..., Schedule]:
    """Makes a schedule; due: when it rings first."""

    def make(*, due: datetime | None = None, **fields) -> Schedule:
        plain = {"every": "month", "day": 5, "formats": ["transactions_csv"], "readers": [member.pk]}
        wish = plain | {"key": str(new_id()), "actor_id": trade.accountant.pk} | fields
        schedule = Schedule.objects.get(pk=add_schedule(merchant_id=trade.shop.merchant.pk, **wish))
        if due:
            Schedule.objects.filter(pk=schedule.pk).update(due_at=due)
        return schedule

    return make


def mails() -> list[Notice]:
    return list(Notice.objects.filter(subject__contains="the files of").order_by("id"))


def token_in(mail: Notice) -> str:
    found = re.search(r"/books/d/(\S+)", mail.body)
    assert found
    return found[1]


def sent(add, **fields) -> str:
    """A schedule that has run and was told; the token of its first mail."""
    add(due=DECEMBER - timedelta(days=30), **fields)
    run_schedules(now=DECEMBER - timedelta(days=30))
    build_queued()
    tell_runs()
    return token_in(mails()[-1])


def test_what_is_due_is_made_and_told(trade, add):
    schedule = add(due=DECEMBER - timedelta(days=30))
    at = DECEMBER - timedelta(days=30)
    assert run_schedules(now=at - timedelta(seconds=1)) == 0
    assert run_schedules(now=at) == 1
    export = Export.objects.get()
    assert (export.period, export.name) == ("2026-10", "transactions_csv")
    assert (export.requested_by, export.state) == (trade.accountant, "queued")
    assert (tell_runs(), mails()) == (0, [])
    build_queued()
    assert (tell_runs(), tell_runs()) == (1, 0)
    (mail,) = mails()
    assert (mail.to, mail.subject) == (
        trade.accountant.email, "Café Morgenrot: the files of 2026-10 are ready",
    )  # fmt: skip
    assert "Transactions, CSV" in mail.body
    assert f"sign in as {trade.accountant.email}" in mail.body
    schedule.refresh_from_db()
    assert schedule.due_at == DECEMBER
    link = FileLink.objects.get()
    assert bytes(link.token_sha256) == sha256(token_in(mail).encode()).digest()
    assert timedelta(days=13, hours=23) < link.expires_at - link.created_at <= timedelta(days=14)


def test_after_a_standstill_each_period_is_made_once(add, monkeypatch):
    add(due=datetime(2026, 2, 5, 4, tzinfo=UTC))
    monkeypatch.setattr(running, "MOST_PERIODS", 4)
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert [run_schedules(now=now) for _ in range(4)] == [4, 4, 2, 0]
    periods = [f"2026-{number:02d}" for number in range(1, 11)]
    assert list(ScheduledRun.objects.order_by("period").values_list("period", flat=True)) == periods
    assert sorted(Export.objects.values_list("period", flat=True)) == periods


def test_clocks_at_once_make_each_run_once(add):
    """Eight beats at the same moment over three schedules with three periods each."""
    for _ in range(3):
        add(due=datetime(2026, 8, 5, 3, tzinfo=UTC))
    now = datetime(2026, 10, 20, tzinfo=UTC)
    assert sum(at_once(*[lambda: run_schedules(now=now)] * 8)) + run_schedules(now=now) == 9
    assert ScheduledRun.objects.count() == 9
    while build_queued():
        pass
    assert sum(at_once(*[tell_runs] * 8)) == 9
    assert (len(mails()), FileLink.objects.count()) == (9, 9)


def test_the_database_holds_a_period_to_once(add):
    schedule = add()
    ScheduledRun.objects.create(schedule=schedule, period="2026-10")
    with pytest.raises(IntegrityError, match="scheduled_run_once"):
        ScheduledRun.objects.create(schedule=schedule, period="2026-10")


def test_a_period_that_was_made_is_not_made_again(add):
    """The mark of the next due moment was lost: the run's own row still says no."""
    schedule = add(due=DECEMBER - timedelta(days=30))
    run_schedules(now=DECEMBER - timedelta(days=30))
    Schedule.objects.filter(pk=schedule.pk).update(due_at=DECEMBER - timedelta(days=30))
    assert run_schedules(now=DECEMBER - timedelta(days=30)) == 0
    assert Export.objects.count() == 1


def test_what_fails_half_way_is_not_half_made(add, monkeypatch):
    schedule = add(due=DECEMBER - timedelta(days=30))

    def broken(**_):
        raise Refused("period_not_begun", "No.")

    with monkeypatch.context() as patch:
        patch.setattr(running, "request_export", broken)
        assert run_schedules(now=DECEMBER) == 0
    assert not ScheduledRun.objects.exists()
    schedule.refresh_from_db()
    assert schedule.due_at == DECEMBER - timedelta(days=30)
    assert run_schedules(now=DECEMBER - timedelta(days=1)) == 1


def test_one_key_is_one_schedule(trade, member, add):
    wish = {
        "actor_id": trade.accountant.pk, "merchant_id": trade.shop.merchant.pk, "every": "month", "day": 5,
        "formats": ["transactions_csv"], "readers": [member.pk], "key": "one",
    }  # fmt: skip
    assert len(set(at_once(*[lambda: add_schedule(**wish)] * 6))) == 1
    assert Schedule.objects.count() == 1


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"every": "day"}, "schedule_invalid"),
        ({"day": 29}, "schedule_invalid"),
        ({"day": 0}, "schedule_invalid"),
        ({"formats": []}, "schedule_invalid"),
        ({"formats": ["../x"]}, "schedule_invalid"),
        ({"readers": []}, "nobody_to_send_to"),
    ],
)
def test_a_wish_that_makes_no_sense(add, wish, code):
    with pytest.raises(Refused) as no:
        add(**wish)
    assert no.value.code == code
    assert not Schedule.objects.exists()


def test_only_those_who_may_export_are_sent_to(trade, member, add):
    make_member(trade.shop, "cashier")
    other = make_shop().merchant.memberships.get(role="owner")
    for stranger in (trade.shop.merchant.memberships.get(person=trade.shop.cashier), other):
        with pytest.raises(Refused, match="Choose people"):
            add(readers=[member.pk, stranger.pk])
    with pytest.raises(Refused) as no:
        add(actor_id=trade.shop.cashier.pk)
    assert no.value.status == 404


def test_a_shop_is_no_mailing_list(add):
    for _ in range(MOST):
        add()
    with pytest.raises(Refused) as no:
        add()
    assert no.value.code == "too_many_schedules"


def test_a_pause_makes_nothing_now_and_nothing_later(trade, add):
    schedule = add(due=datetime(2026, 2, 5, 4, tzinfo=UTC))
    who = {"actor_id": trade.accountant.pk, "merchant_id": trade.shop.merchant.pk}
    for _ in range(2):
        pause_schedule(**who, schedule_id=schedule.pk)
    assert run_schedules(now=DECEMBER) == 0
    for _ in range(2):
        resume_schedule(**who, schedule_id=schedule.pk)
    schedule.refresh_from_db()
    assert schedule.paused_at is None
    assert schedule.due_at > schedule.created_at
    assert task() == 0


def test_a_deleted_one_makes_and_mails_nothing(trade, add):
    schedule = add(due=DECEMBER - timedelta(days=30))
    run_schedules(now=DECEMBER - timedelta(days=30))
    who = {"actor_id": trade.accountant.pk, "merchant_id": trade.shop.merchant.pk, "schedule_id": schedule.pk}
    end_schedule(**who)
    build_queued()
    tell_runs()
    assert (mails(), run_schedules(now=DECEMBER)) == ([], 0)
    for again in (end_schedule, pause_schedule, resume_schedule):
        with pytest.raises(Refused) as no:
            again(**who)
        assert no.value.status == 404


def test_who_has_left_gets_no_mail(trade, member, add):
    owner = trade.shop.merchant.memberships.get(role="owner")
    add(due=DECEMBER - timedelta(days=30), readers=[member.pk, owner.pk])
    Membership.objects.filter(pk=member.pk).update(ended_at=DECEMBER)
    assert run_schedules(now=DECEMBER - timedelta(days=30)) == 1
    assert Export.objects.get().requested_by == trade.shop.owner
    build_queued()
    tell_runs()
    assert [mail.to for mail in mails()] == [trade.shop.owner.email]


def test_with_nobody_left_it_rests(trade, member, add):
    schedule = add(due=DECEMBER - timedelta(days=30))
    User.objects.filter(pk=trade.accountant.pk).update(is_active=False)
    assert run_schedules(now=DECEMBER) == 0
    schedule.refresh_from_db()
    assert (schedule.due_at, schedule.paused_at, Export.objects.count()) == (None, DECEMBER, 0)
    with pytest.raises(Refused) as no:
        resume_schedule(
            actor_id=trade.shop.owner.pk, merchant_id=trade.shop.merchant.pk, schedule_id=schedule.pk
        )
    assert no.value.code == "nobody_to_send_to"


def test_what_could_not_be_made_is_said(add, client_of, trade):
    add(due=DECEMBER - timedelta(days=30))
    run_schedules(now=DECEMBER - timedelta(days=30))
    Export.objects.update(state="failed", problem="The disk was full.")
    tell_runs()
    (mail,) = mails()
    assert "could not be made" in mail.subject
    text = client_of(trade.accountant).get(f"/books/d/{token_in(mail)}").content.decode()
    assert "No file of this period could be made" in text
    assert "The disk was full." in text


def test_the_link_opens_for_its_addressee_alone(trade, add, client_of):
    token = sent(add)
    address = f"/books/d/{token}"
    answer = Client().get(address)
    assert answer["Location"] == f"/accounts/login/?next={address}"
    nothing = client_of(trade.shop.owner).get("/books/d/nothing")
    for actor in (trade.shop.owner, trade.shop.cashier, trade.payer, make_member(trade.shop, "accountant")):
        answer = client_of(actor).get(address)
        assert (answer.status_code, answer.content) == (404, nothing.content)
    assert FileLink.objects.get().opened_at is None
    answer = client_of(trade.accountant).get(address)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    export = Export.objects.get()
    assert f"/books/{trade.shop.merchant.pk}/exports/{export.pk}/file" in text
    opened = FileLink.objects.get().opened_at
    assert opened is not None
    client_of(trade.accountant).get(address)
    assert FileLink.objects.get().opened_at == opened


def test_the_link_ends(trade, member, add, client_of):
    address = f"/books/d/{sent(add)}"
    browser = client_of(trade.accountant)
    FileLink.objects.update(expires_at=DECEMBER.replace(year=2020))
    over = browser.get(address)
    assert over.status_code == 410 and "/exports/" not in (text := over.content.decode())
    assert "until 5 December 2020. The files of 2026-10 are still in the books." in text
    assert f'href="/books/{trade.shop.merchant.pk}/"' in text
    assert client_of(trade.shop.owner).get(address).status_code == 404
    FileLink.objects.update(expires_at=DECEMBER.replace(year=2100))
    assert browser.get(address).status_code == 200
    Membership.objects.filter(pk=member.pk).update(ended_at=DECEMBER)
    assert browser.get(address).status_code == 404
    # Invited again is another membership: what was sent before stays closed.
    Membership.objects.create(merchant=trade.shop.merchant, person=trade.accountant, role="accountant")
    assert browser.get(address).status_code == 404
    Membership.objects.filter(person=trade.accountant).exclude(pk=member.pk).update(ended_at=DECEMBER)
    Membership.objects.filter(pk=member.pk).update(ended_at=None, role="cashier")
    assert browser.get(address).status_code == 404
