"""Thresholds by the clock: turnover as the exports have it, each notice once, and the meter's page."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from base.models import Notice
from merchants.models import Branch, Membership, Merchant
from people.models import User
from reports.core.periods import month
from reports.flows.watch_thresholds import watch_thresholds
from reports.models import ThresholdNotice
from reports.queries.turnover import merchants_in_blocks, turnover_of
from reports.tasks import watch_thresholds as task
from taxes.core.thresholds import Threshold
from tests.factories import make_member, make_shop
from tests.races.threads import at_once
from tests.reports.cloning import clone_sale
from tests.reports.conftest import on
from tests.reports.reading import both_sides

TODAY = date(2026, 11, 27)
# Left of the trade after its refunds, without tax: half a cake and a soup.
NET = 1000


def table(*amounts: int, **fields: Any) -> list[Threshold]:
    plain: dict[str, Any] = {
        "country": "DE",
        "title": "A small shop",
        "period": "calendar_year",
        "basis": "taxable_net",
        "currency": "EUR",
        "payments": 0,
        "valid_from": date(2025, 1, 1),
        "valid_to": None,
        "meaning": "Above it you register.",
        "source": "a law",
    }
    return [Threshold(code=f"DE-{amount}", amount_minor=amount, **plain | fields) for amount in amounts]


def mails() -> list[str]:
    return sorted(Notice.objects.filter(subject__contains="A small shop").values_list("to", flat=True))


def told() -> list[tuple[str, str, int, bool]]:
    rows = ThresholdNotice.objects.order_by("threshold", "span", "level")
    return list(rows.values_list("threshold", "span", "level", "mailed"))


def test_turnover_is_what_the_exports_say(trade):
    months = turnover_of([trade.shop.merchant.pk], date(2026, 1, 1))[trade.shop.merchant.pk]
    sums, _ = both_sides(trade.shop.merchant.pk, trade.period)
    sales = [part for part in sums if part.kind in ("sale", "refund")]
    (only,) = months
    assert (only.country, only.month, only.currency) == ("DE", date(2026, 11, 1), "EUR")
    assert only.taxable_net_minor == sum(part.net_minor for part in sales) == NET
    assert only.tax_minor == sum(part.tax_minor for part in sales)
    assert only.exempt_net_minor == 0
    assert (only.paid_minor, only.payments) == (1190 + 100 + 1427 + 535, 3)


def test_exempt_sales_are_apart_and_what_is_no_sale_counts_nowhere(trade, owner_sql):
    owner_sql(
        "UPDATE payments_saleline SET tax = '', tax_minor = 0, rate = 0, zero_reason = 'exempt'"
        " WHERE payment_id = %s",
        trade.cake.pk,
    )
    owner_sql(
        "UPDATE payments_saleline SET tax = '', tax_minor = 0, rate = 0, zero_reason = 'outside_scope'"
        " WHERE payment_id = %s",
        trade.order.pk,
    )
    (only,) = turnover_of([trade.shop.merchant.pk], date(2026, 1, 1))[trade.shop.merchant.pk]
    assert only.exempt_net_minor == 500
    assert only.taxable_net_minor == 500


def test_months_are_those_of_the_place(trade, owner_sql):
    """The first instant of November in Berlin is October in London."""
    edge = month(2026, 11, "Europe/Berlin").starts_at
    clone_sale(owner_sql, trade.cake, [edge.replace(year=2025), edge])
    merchant = trade.shop.merchant.pk

    def counts() -> dict[date, int]:
        return {row.month: row.payments for row in turnover_of([merchant], date(2025, 1, 1))[merchant]}

    assert counts() == {date(2025, 11, 1): 1, date(2026, 11, 1): 4}
    Branch.objects.filter(pk=trade.shop.branch.pk).update(time_zone="Europe/London")
    assert counts() == {date(2025, 10, 1): 1, date(2026, 10, 1): 1, date(2026, 11, 1): 3}
    assert turnover_of([merchant], date(2026, 11, 1))[merchant][0].month == date(2026, 11, 1)


def test_below_nothing_is_said(trade):
    assert watch_thresholds(on=TODAY, table=table(NET * 2)) == 0
    assert told() == []


def test_owners_and_accountants_are_told_once_a_level(trade):
    manager = make_member(trade.shop, "manager")
    near = table(1100)
    assert [watch_thresholds(on=TODAY, table=near) for _ in range(3)] == [1, 0, 0]
    assert told() == [("DE-1100", "2026", 80, True)]
    assert mails() == sorted([trade.shop.owner.email, trade.accountant.email])
    assert manager.email not in mails()
    mail = Notice.objects.filter(subject__contains="A small shop")[0]
    assert "at 90 %" in mail.subject
    assert f"/books/{trade.shop.merchant.pk}/thresholds/" in mail.body
    assert "no advice" in mail.body
    assert "Your sales there carry tax already" in mail.body
    ThresholdNotice.objects.update(threshold="DE-1000")
    assert [watch_thresholds(on=TODAY, table=table(NET)) for _ in range(2)] == [1, 0]
    assert told() == [("DE-1000", "2026", 80, True), ("DE-1000", "2026", 100, True)]
    assert len(mails()) == 4


def test_who_passes_both_at_once_gets_one_mail(trade):
    assert watch_thresholds(on=TODAY, table=table(NET)) == 1
    assert told() == [("DE-1000", "2026", 80, False), ("DE-1000", "2026", 100, True)]
    assert len(mails()) == 2


def test_a_turnover_that_falls_and_rises_is_not_told_again(trade):
    watch_thresholds(on=TODAY, table=table(NET))
    assert watch_thresholds(on=TODAY, table=table(NET * 2)) == 0
    assert watch_thresholds(on=TODAY, table=table(NET)) == 0


def test_the_next_year_is_another_one(trade, owner_sql):
    watch_thresholds(on=TODAY, table=table(1100))
    clone_sale(owner_sql, trade.cake, [on(3).replace(year=2027, month=2)])
    assert watch_thresholds(on=date(2027, 3, 9), table=table(1100)) == 1
    assert [(span, level) for _, span, level, _ in told()] == [("2026", 80), ("2027", 80)]


def test_a_year_is_told_after_its_end_but_not_long_after(trade):
    assert watch_thresholds(on=date(2027, 6, 1), table=table(NET)) == 0
    assert watch_thresholds(on=date(2027, 1, 2), table=table(NET)) == 1


def test_another_country_and_another_shop_are_not_told(trade):
    make_shop(trade_name="Tea house")
    assert watch_thresholds(on=TODAY, table=table(NET, country="FR")) == 0
    assert watch_thresholds(on=TODAY, table=table(NET, currency="USD")) == 0
    assert watch_thresholds(on=TODAY, table=table(NET)) == 1
    assert {row.merchant_id for row in ThresholdNotice.objects.all()} == {trade.shop.merchant.pk}


def test_clocks_at_once_give_one_notice(trade):
    """Eight beats at the same moment, five times: one row and one mail a person and level."""
    for amount in range(NET, NET + 5):
        one = table(amount)
        assert sum(at_once(*[lambda one=one: watch_thresholds(on=TODAY, table=one)] * 8)) == 1
    assert len(mails()) == 5 * 2
    assert ThresholdNotice.objects.filter(mailed=True).count() == 5


def test_a_mail_that_cannot_be_kept_leaves_no_row(trade, monkeypatch):
    """The row without the mail would be silence for ever."""

    def broken(**_):
        raise RuntimeError

    monkeypatch.setattr("reports.flows.watch_thresholds.tell_members", broken)
    with pytest.raises(RuntimeError):
        watch_thresholds(on=TODAY, table=table(NET))
    assert told() == []


def test_those_who_have_left_are_not_told(trade):
    Membership.objects.filter(person=trade.accountant).update(ended_at=on(20))
    User.objects.filter(pk=trade.shop.owner.pk).update(is_active=False)
    assert watch_thresholds(on=TODAY, table=table(NET)) == 1
    assert mails() == []


def test_one_statement_for_all_shops(trade, django_assert_num_queries):
    ids = [make_shop().merchant.pk for _ in range(3)]
    with django_assert_num_queries(1):
        found = turnover_of([trade.shop.merchant.pk, *ids], date(2026, 1, 1))
    assert set(found) == {trade.shop.merchant.pk}


def test_the_blocks_have_each_shop_once(trade):
    made = {make_shop().merchant.pk for _ in range(4)} | {trade.shop.merchant.pk}
    blocks = list(merchants_in_blocks(2))
    assert [len(block) for block in blocks] == [2, 2, 1]
    assert {one for block in blocks for one in block} == made


def test_the_task_uses_the_real_table(trade):
    assert task() == 0


@pytest.fixture
def meter(trade) -> str:
    return f"/books/{trade.shop.merchant.pk}/thresholds/"


def test_the_meter_is_for_those_who_may_export(trade, meter, client_of):
    for actor in (trade.shop.owner, trade.accountant, make_member(trade.shop, "manager")):
        assert client_of(actor).get(meter).status_code == 200
    for actor in (trade.payer, trade.shop.cashier, make_shop().owner):
        answer = client_of(actor).get(meter)
        unknown = client_of(actor).get(f"/books/{uuid4()}/thresholds/")
        assert (answer.status_code, answer.content) == (404, unknown.content)
    assert Client().get(meter)["Location"].startswith("/accounts/login/")


def test_the_meter_says_what_it_is(trade, desk, meter, django_assert_num_queries):
    ThresholdNotice.objects.create(
        merchant=trade.shop.merchant, threshold="DE-small-year", span="2026", level=80,
        turnover_minor=1, currency="EUR", mailed=True,
    )  # fmt: skip
    with django_assert_num_queries(9):
        text = desk.get(meter).content.decode()
    assert "This is a meter, not advice" in text
    assert "25,000.00" in text
    assert "100,000.00" in text
    assert "Turnover of 2026 decides 2027." in text
    assert 'aria-label="Small business (Kleinunternehmer), in the year itself 2026"' in text
    assert "checked 2026-11-27" in text
    assert "Mail at 80 %" in text
    assert "Distance sales to consumers" in text
    assert "10.00" in text


def test_a_place_without_a_known_threshold_says_so(trade, desk, meter):
    Branch.objects.filter(pk=trade.shop.branch.pk).update(country="MC")
    text = desk.get(meter).content.decode()
    assert "No threshold known" in text
    assert "Monaco" in text
    Merchant.objects.filter(pk=trade.shop.merchant.pk).update(trade_name="<script>alert(1)</script>")
    assert "<script>alert" not in desk.get(meter).content.decode()
