"""The shift's pages by hand: open, look, take over, cash, count, close, and the paper that stays."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from base.models import AuditLine
from payments.models import CashMove, HandOver, Shift
from tests.factories import make_member, make_one_time_code, make_static_code, pay, settle_all
from tests.payments.shifts.stage import begin, cash, end, key, take
from tests.payments.till.shop_floor import Floor, open_shop

pytestmark = pytest.mark.django_db


def text_of(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_day_at_the_till(floor: Floor) -> None:
    """From the float to the printed paper, as a cashier taps it."""
    cashier, till = floor.browser("cashier"), floor.till
    page = cashier.get(f"{till}shift/")
    assert "No shift is open" in page.content.decode()
    form = {"counted": "100.00", "key": page.context["open_form"]["key"].value()}
    for _ in range(2):
        assert cashier.post(f"{till}shift/open", form)["Location"] == f"{till}shift/"
    shift = Shift.objects.get()
    assert shift.float_minor == 10_000
    pay(make_one_time_code(floor.shop, 1190), floor.people["customer"], tip_minor=100)
    settle_all()
    page = cashier.get(f"{till}shift/")
    for said in ("Shift so far", "VAT 19", "12.90", "Nº 1 – 1", "100.00", "yours"):
        assert said in page.content.decode(), said
    form = {"kind": "paid_out", "amount": "3.50", "reason": " Oat \n milk ", "key": key()}
    for _ in range(2):
        assert cashier.post(f"{till}shifts/{shift.pk}/cash", form).status_code == 302
    assert CashMove.objects.get().reason == "Oat milk"
    path = f"{till}shifts/{shift.pk}/close"
    assert "Count the drawer" in text_of(cashier, path)
    asked = cashier.get(path, {"counted": "96.00"})
    assert "Should be there" in asked.content.decode() and "−0.50" in asked.content.decode()
    form = {"counted": "96.00", "key": asked.context["close_form"]["key"].value()}
    again = cashier.post(path, form)
    assert again.status_code == 400 and "should hold 96.50" in again.content.decode().replace("\xa0", " ")
    form = {"counted": "96.00", "reason": "lost a coin", "key": again.context["close_form"]["key"].value()}
    for _ in range(2):
        assert cashier.post(path, form)["Location"] == f"{till}shifts/{shift.pk}/"
    paper = text_of(cashier, f"{till}shifts/{shift.pk}/")
    for said in ("Z report, Z 1", "12.90", "lost a coin", "Oat milk", "−0.50", "Difference"):
        assert said in paper, said
    assert f"/shifts/{shift.pk}/" in text_of(cashier, f"{till}shifts/")
    assert cashier.get(path)["Location"] == f"{till}shifts/{shift.pk}/"


def test_what_does_not_read_comes_back_on_the_form(floor: Floor) -> None:
    cashier, till = floor.browser("cashier"), floor.till
    for counted in ("", "-1", "a lot", "1.234"):
        answer = cashier.post(f"{till}shift/open", {"counted": counted, "key": "k"})
        assert answer.status_code == 400 and "look at this again" in answer.content.decode()
    shift = begin(floor.shop)
    path = f"{till}shifts/{shift.pk}/"
    for form in ({"amount": "0", "reason": "x"}, {"amount": "1", "reason": " "}, {"kind": "stolen"}):
        whole = {"kind": "paid_out", "amount": "1", "reason": "milk", "key": "k"} | form
        assert cashier.post(f"{path}cash", whole).status_code == 400
    assert (
        cashier.post(
            f"{path}cash", {"kind": "paid_out", "amount": "1", "reason": "milk", "key": "k"}
        ).status_code
        == 409
    )
    assert cashier.get(f"{path}close?counted=much").status_code == 400
    assert cashier.post(f"{path}close", {"counted": "much", "key": "k"}).status_code == 400
    assert not CashMove.objects.exists() and Shift.objects.get().closed_at is None


def test_taking_over_is_a_tap_of_who_takes(floor: Floor) -> None:
    shift = begin(floor.shop, float_minor=1_000)
    floor.people["noah"] = make_member(floor.shop, "cashier")
    noah, path = floor.browser("noah"), f"{floor.till}shifts/{shift.pk}/"
    page = text_of(noah, f"{floor.till}shift/")
    assert "Take it over" in page and "Count and close" not in page
    assert noah.get(f"{path}close").status_code == 403
    form = {"counted": "9.90", "key": key()}
    for _ in range(2):
        assert noah.post(f"{path}take-over", form).status_code == 302
    assert HandOver.objects.get().counted_minor == 990
    page = text_of(noah, f"{floor.till}shift/")
    assert "Take it over" not in page and "Count and close" in page and "Handed over" in page
    assert "Count and close" not in text_of(floor.browser("cashier"), f"{floor.till}shift/")
    assert noah.post(f"{path}take-over", {"counted": "", "key": key()}).status_code == 409


def test_a_page_that_was_left_open_changes_no_later_shift(floor: Floor) -> None:
    old = begin(floor.shop)
    end(floor.shop, old)
    new = begin(floor.shop, float_minor=700)
    cashier, path = floor.browser("cashier"), f"{floor.till}shifts/{old.pk}/"
    assert cashier.post(f"{path}close", {"counted": "7", "key": key()})["Location"] == path
    form = {"kind": "paid_out", "amount": "1", "reason": "milk", "key": key()}
    answer = cashier.post(f"{path}cash", form)
    assert answer.status_code == 409 and "closed already" in answer.content.decode()
    assert floor.browser("owner").post(f"{path}take-over", {"key": key()}).status_code == 409
    new.refresh_from_db()
    assert new.closed_at is None and not new.cash_moves.exists() and new.holder == floor.shop.cashier


def test_the_keypad_says_quietly_that_no_shift_is_open(floor: Floor) -> None:
    cashier = floor.browser("cashier")
    assert "No shift is open" in text_of(cashier, floor.till)
    form = {"amount": "1.00", "category": "standard", "key": "k"}
    assert cashier.post(f"{floor.till}charge", form).status_code == 302
    begin(floor.shop)
    assert "No shift is open" not in text_of(cashier, floor.till)
    assert "No shift is open" not in text_of(cashier, f"{floor.till}watch/")


def test_what_came_outside_any_shift_has_rows_of_its_own(floor: Floor) -> None:
    code, customer = make_static_code(floor.shop), floor.people["customer"]
    pay(code, customer, 100)
    first = end(floor.shop, begin(floor.shop))
    pay(code, customer, 250)
    second = end(floor.shop, begin(floor.shop))
    cashier = floor.browser("cashier")
    assert "Outside any shift, before the first Z" in text_of(cashier, f"{floor.till}shifts/{first.pk}/")
    paper = text_of(cashier, f"{floor.till}shifts/{second.pk}/")
    assert "Outside any shift since Z 1" in paper and "2.50" in paper


def test_the_desk_lists_the_reports_of_all_tills(floor: Floor) -> None:
    second = floor.shop.branch.tills.create(name="Till 2")
    one = end(floor.shop, begin(floor.shop))
    there = replace(floor.shop, till=second)
    two = end(there, begin(there))
    owner, path = floor.browser("owner"), f"/shop/{floor.shop.merchant.pk}/shifts/"
    page = text_of(owner, path)
    assert f"{path}{one.pk}/" in page and f"{path}{two.pk}/" in page and "Till 2" in page
    assert "Z report, Z 1" in text_of(owner, f"{path}{two.pk}/")
    assert "Till 2" not in text_of(owner, f"{floor.till}shifts/")
    assert path in text_of(owner, f"/shop/{floor.shop.merchant.pk}/")
    assert path in text_of(owner, f"/shop/{floor.shop.merchant.pk}/sales/")


def test_an_empty_list_teaches(floor: Floor) -> None:
    assert "No Z report yet" in text_of(floor.browser("cashier"), f"{floor.till}shifts/")
    assert "No Z report yet" in text_of(floor.browser("owner"), f"/shop/{floor.shop.merchant.pk}/shifts/")


def test_a_paper_reads_the_same_whatever_the_shop_is_called_now(floor: Floor) -> None:
    closed = end(floor.shop, begin(floor.shop))
    floor.shop.merchant.trade_name = "New name"
    floor.shop.merchant.save()
    paper = floor.browser("owner").get(f"{floor.till}shifts/{closed.pk}/").context["text"]
    assert paper.trade_name == "Café Morgenrot"


def test_times_are_those_of_the_branch_s_clock_in_the_night_of_the_change(floor: Floor) -> None:
    shift = begin(floor.shop)
    # At 03:00 it is 02:00 again in Berlin: the shift begins before and is looked at after.
    Shift.objects.filter(pk=shift.pk).update(opened_at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert "25 Oct 2026, 02:30 (Europe/Berlin)" in text_of(floor.browser("cashier"), f"{floor.till}shift/")
    closed = end(floor.shop, shift)
    assert "25 Oct 2026, 02:30" in text_of(floor.browser("cashier"), f"{floor.till}shifts/")
    assert '"local":"2026-10-25T02:30:00+02:00"' in Shift.objects.get(pk=closed.pk).report


@pytest.mark.parametrize(("country", "typed", "shown"), [("JP", "5000", "5,000"), ("TN", "5.250", "5.250")])
def test_money_without_decimals_and_with_three(country: str, typed: str, shown: str) -> None:
    floor = open_shop(country, own_rate="10.0000")
    cashier = floor.browser("cashier")
    assert cashier.post(f"{floor.till}shift/open", {"counted": typed, "key": "k"}).status_code == 302
    assert shown in text_of(cashier, f"{floor.till}shift/")
    shift = Shift.objects.get()
    page = cashier.get(f"{floor.till}shifts/{shift.pk}/close", {"counted": typed})
    assert page.context["difference_minor"] == 0
    assert "reason" not in page.context["close_form"].fields


def test_query_counts(floor: Floor, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    code, customer = make_static_code(floor.shop), floor.people["customer"]
    cashier, till = floor.browser("cashier"), floor.till
    shift = begin(floor.shop, float_minor=1_000)
    for turns in (1, 4):
        for _ in range(turns):
            pay(code, customer, 100)
            cash(floor.shop, shift, "paid_out", 1)
            take(floor.shop, shift, floor.shop.owner)
            take(floor.shop, shift, floor.shop.cashier)
        with django_assert_num_queries(13):
            cashier.get(f"{till}shift/")
    closed = end(floor.shop, shift)
    for _ in range(2):
        with django_assert_num_queries(4):
            cashier.get(f"{till}shifts/{closed.pk}/")
        with django_assert_num_queries(4):
            cashier.get(f"{till}shifts/")
        end(floor.shop, begin(floor.shop))


def test_a_refused_tap_writes_no_line(floor: Floor) -> None:
    shift = begin(floor.shop)
    before = AuditLine.objects.count()
    floor.browser("cashier").post(
        f"{floor.till}shifts/{shift.pk}/close", {"counted": "5", "reason": "", "key": key()}
    )
    assert AuditLine.objects.count() == before
