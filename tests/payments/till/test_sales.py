"""The shop's day: figures that add up, days by the branch's clock, one page at a time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from payments.flows.refund import refund
from payments.queries.sales import ShopDay, by_hour, figures_of, last_day_before, sold_on, today_of, zones_of
from tests.factories import (
    Shop,
    make_one_time_code,
    make_person,
    make_shop,
    make_static_code,
    pay,
    settle_all,
)
from tests.payments.till.shop_floor import Floor, open_shop

pytestmark = pytest.mark.django_db


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def day_of(shop: Shop, day: date) -> ShopDay:
    return ShopDay(shop.merchant, day, zones_of(shop.merchant))


def test_a_day_s_figures_after_refunds(floor: Floor) -> None:
    poster, customer = make_static_code(floor.shop), floor.people["customer"]
    noon = at("2026-11-10T11:00")
    pay(poster, customer, 1190, tip_minor=100, happened_at=noon)
    back = pay(poster, customer, 595, tip_minor=50, happened_at=noon + timedelta(hours=2))
    pay(poster, customer, 999, happened_at=noon - timedelta(days=1))
    settle_all()
    refund(actor=floor.shop.owner, payment_id=back.pk, key="a")  # today: it counts for the day of the sale
    figures = figures_of(day_of(floor.shop, date(2026, 11, 10)))
    assert (figures.payments, figures.sold_minor, figures.refunded_minor) == (2, 1935, 645)
    assert (figures.taken_minor, figures.average_minor) == (1290, 967)
    assert (figures.tax_sold_minor, figures.tax_minor) == (285, 190)
    assert (figures.tip_sold_minor, figures.tip_minor) == (150, 100)
    assert by_hour(day_of(floor.shop, date(2026, 11, 10))) == {12: 1290, 14: 0}
    page = floor.browser("owner").get(f"/shop/{floor.shop.merchant.pk}/sales/?day=2026-11-10")
    text = page.content.decode()
    for said in ("12.90", "6.45 went back", "19.35", "2.85", "Tuesday 10 November", "as a table", ">12:00<"):
        assert said in text, said
    assert text.count("<rect") == 8


def test_a_day_is_the_branch_s_own(floor: Floor) -> None:
    """23:30 in Berlin is the same day; half an hour later is the next; two clocks side by side."""
    poster, customer = make_static_code(floor.shop), floor.people["customer"]
    for moment in ("2026-11-10T22:30", "2026-11-10T23:00"):
        pay(poster, customer, 100, happened_at=at(moment))
    east = floor.shop.merchant.branches.create(
        name="East", street="x", city="Ha Noi", country="DE", time_zone="Asia/Ho_Chi_Minh"
    )
    sold = make_one_time_code(floor.shop, 300)
    type(sold).objects.filter(pk=sold.pk).update(branch=east, till=None)
    sold.refresh_from_db()
    pay(sold, customer, happened_at=at("2026-11-10T17:30"))  # 00:30 of the 11th there
    counts = {day: sold_on(day_of(floor.shop, date(2026, 11, day))).count() for day in (9, 10, 11, 12)}
    assert counts == {9: 0, 10: 1, 11: 2, 12: 0}


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_days_of_the_clock_change_lose_nothing(floor: Floor, day: date, hours: int) -> None:
    poster, customer = make_static_code(floor.shop), floor.people["customer"]
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=1 if hours == 23 else 2)
    for hour in (-1, 0, hours - 1, hours):
        pay(poster, customer, 100 + hour + 1, happened_at=start + timedelta(hours=hour))
    found = sold_on(day_of(floor.shop, day)).values_list("total_minor", flat=True)
    assert sorted(found) == [101, 100 + hours]


def test_an_empty_shop_is_taught_what_to_do(floor: Floor) -> None:
    path = f"/shop/{floor.shop.merchant.pk}/sales/"
    page = floor.browser("owner").get(path).content.decode()
    assert "No sale yet" in page and "Print a code" in page and "<svg" not in page
    page = floor.browser("accountant").get(path).content.decode()
    assert "No sale yet" in page and "Print a code" not in page


def test_a_quiet_day_leads_to_the_last_one(floor: Floor) -> None:
    pay(make_static_code(floor.shop), floor.people["customer"], 100, happened_at=at("2026-11-10T11:00"))
    path = f"/shop/{floor.shop.merchant.pk}/sales/"
    page = floor.browser("owner").get(f"{path}?day=2026-11-15").content.decode()
    assert "Nothing was sold on this day" in page and "?day=2026-11-10" in page
    assert last_day_before(floor.shop.merchant, date(2026, 11, 8)) is None
    page = floor.browser("owner").get(f"{path}?day=2026-11-08").content.decode()
    assert "No sale yet" in page


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "1999-12-31", "9999-12-31", "2026-11-1 0"])
def test_a_day_that_is_none_is_refused(floor: Floor, day: str) -> None:
    answer = floor.browser("owner").get(f"/shop/{floor.shop.merchant.pk}/sales/", {"day": day})
    assert answer.status_code == 400 and "day_invalid" in answer.content.decode()


def test_today_is_the_first_branch_s_day() -> None:
    late = at("2026-11-10T23:30")
    assert today_of(zones_of(make_shop("DE").merchant), late) == date(2026, 11, 11)
    assert today_of(zones_of(make_shop("US").merchant), late) == date(2026, 11, 10)
    assert today_of((), late) == date(2026, 11, 10)


def test_another_shop_s_sales_are_not_in_it(floor: Floor) -> None:
    other = open_shop(trade_name="Next door", owner=floor.shop.owner)
    pay(make_static_code(other.shop), floor.people["customer"], 100, happened_at=at("2026-11-10T11:00"))
    day = date(2026, 11, 10)
    assert figures_of(day_of(floor.shop, day)).payments == 0
    assert by_hour(day_of(floor.shop, day)) == {}
    assert figures_of(day_of(other.shop, day)).payments == 1


def test_pages_and_query_counts(floor: Floor, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    poster, noon = make_static_code(floor.shop), at("2026-11-10T11:00")
    payer = make_person(funds={"EUR": 90_000})
    pay(poster, payer, 100, happened_at=noon)
    settle_all()
    owner, path = floor.browser("owner"), f"/shop/{floor.shop.merchant.pk}/sales/?day=2026-11-10"
    with django_assert_num_queries(11):
        owner.get(path)
    for minute in range(1, 53):
        pay(poster, payer, 100, happened_at=noon + timedelta(minutes=minute))
    settle_all()
    with django_assert_num_queries(11):
        first = owner.get(path)
    assert len(first.context["rows"]) == 50 and first.context["figures"].payments == 53
    second = owner.get(f"{path}&page=2")
    assert len(second.context["rows"]) == 3 and "53.00" in second.content.decode()
    assert "day=2026-11-10&amp;page=1" in second.content.decode()
