"""The page of schedules: who sees it, and adding, pausing and deleting on it."""

import pytest
from django.test import Client

from merchants.models import Membership
from reports.models import Schedule
from tests.factories import make_member, make_shop


@pytest.fixture
def home(trade) -> str:
    return f"/books/{trade.shop.merchant.pk}/schedules/"


@pytest.fixture
def wish(trade) -> dict:
    member = Membership.objects.get(person=trade.accountant)
    return {
        "every": "month", "day": "5", "formats": ["transactions_csv"],
        "readers": [str(member.pk)], "key": "k",
    }  # fmt: skip


@pytest.fixture
def schedule(desk, home, wish) -> Schedule:
    desk.post(home, wish)
    return Schedule.objects.get()


def test_the_pages_are_for_those_who_may_export(trade, home, schedule, wish, client_of):
    seen = [home, f"{home}{schedule.pk}/delete"]
    acts = [home, *(f"{home}{schedule.pk}/{act}" for act in ("pause", "resume", "delete"))]
    for actor in (trade.shop.owner, trade.accountant, make_member(trade.shop, "manager")):
        assert [client_of(actor).get(address).status_code for address in seen] == [200] * 2
    for actor in (trade.payer, trade.shop.cashier, make_shop().owner):
        assert [client_of(actor).get(address).status_code for address in seen] == [404] * 2
        assert [client_of(actor).post(address, wish).status_code for address in acts] == [404] * 4
    for address in acts:
        assert Client().post(address)["Location"].startswith("/accounts/login/")
    other = make_shop()
    Membership.objects.create(merchant=other.merchant, person=trade.accountant, role="accountant")
    elsewhere = f"/books/{other.merchant.pk}/schedules/{schedule.pk}/"
    for act in ("pause", "resume", "delete"):
        assert client_of(trade.accountant).post(f"{elsewhere}{act}").status_code == 404
    schedule.refresh_from_db()
    assert (schedule.paused_at, schedule.ended_at) == (None, None)
    assert Schedule.objects.count() == 1


def test_add_pause_resume_delete(trade, desk, home, wish):
    assert "None yet. Make the first one" in desk.get(home).content.decode()
    assert desk.post(home, wish)["Location"] == home
    assert desk.post(home, wish).status_code == 302  # a double tap
    schedule = Schedule.objects.get()
    text = desk.get(home).content.decode()
    assert "Every month" in text
    assert "Next: " in text
    desk.post(f"{home}{schedule.pk}/pause")
    assert ">paused<" in desk.get(home).content.decode()
    desk.post(f"{home}{schedule.pk}/resume")
    assert ">running<" in desk.get(home).content.decode()
    assert "Delete this schedule?" in desk.get(f"{home}{schedule.pk}/delete").content.decode()
    assert Schedule.objects.get().ended_at is None
    desk.post(f"{home}{schedule.pk}/delete")
    assert Schedule.objects.get().ended_at is not None
    assert desk.get(f"{home}{schedule.pk}/delete").status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"day": "31"}, "less than or equal to 28"),
        ({"formats": []}, "required"),
        ({"readers": []}, "required"),
        ({"readers": ["not-one"]}, "valid choice"),
    ],
)
def test_what_is_wrong_stands_in_the_form(desk, home, wish, change, words):
    answer = desk.post(home, wish | change)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Schedule.objects.exists()


def test_only_those_who_may_export_are_offered(trade, desk, home):
    text = desk.get(home).content.decode()
    assert trade.accountant.email in text
    assert "Ada Owner" in text
    assert "Linh Tran" not in text


def test_the_count_of_statements_does_not_grow(desk, home, wish, django_assert_num_queries):
    for key in ("a", "b", "c"):
        desk.post(home, wish | {"key": key})
    desk.get(home)
    with django_assert_num_queries(10):
        desk.get(home)
