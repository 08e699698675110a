"""An export that takes long: how far it is, who may take it over, when it is given up, and who is told."""

import errno
from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings

from base.ids import database_now
from base.models import Notice
from reports import tasks
from reports.flows import build_export as building
from reports.flows import keep_telling
from reports.flows.build_export import LEASE, NO_ROOM, TOO_LONG, build_export, due
from reports.flows.write_export import LONGEST_STATEMENT
from reports.models import Export, Schedule, ScheduledRun
from reports.queries.snapshot import snapshot
from tests.reports.exporting import ask


def test_a_lease_is_renewed_long_before_it_ends_and_ends_long_before_a_task():
    assert keep_telling.EVERY * 10 <= LEASE
    visible = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    for task in (tasks.build_export, tasks.build_queued):
        assert LONGEST_STATEMENT < task.soft_time_limit < task.time_limit < visible


def test_a_builder_says_how_far_it_is(trade, monkeypatch):
    export, heard = ask(trade), list[tuple[int, int]]()
    monkeypatch.setattr(keep_telling, "EVERY", timedelta(milliseconds=10))

    def slow(*, progress, **wish):
        progress.rows, progress.total = 500_000, 1_000_000
        while not (told := Export.objects.filter(told_at__isnull=False)):
            assert Export.objects.get().state == Export.State.BUILDING
        heard.extend(told.values_list("rows", "rows_total"))
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(building, "write_export", slow)
    assert build_export(export_id=export.pk)
    assert heard == [(500_000, 1_000_000)]
    assert Export.objects.get().problem == NO_ROOM


def test_who_says_that_it_lives_keeps_its_lease(trade):
    ask(trade)
    now = database_now()
    alive, gone = now - LEASE + timedelta(seconds=1), now - LEASE - timedelta(seconds=1)
    for started_at, told_at, found in [(gone, None, 1), (gone, alive, 0), (gone, gone, 1), (alive, None, 0)]:
        Export.objects.update(state="building", started_at=started_at, told_at=told_at)
        assert due(now).count() == found, (started_at, told_at)


@pytest.mark.parametrize("by", ["worker", "database"])
def test_what_takes_too_long_says_so_and_what_to_do(trade, monkeypatch, by):
    def slow(**wish):
        if by == "worker":
            raise SoftTimeLimitExceeded
        with snapshot(seconds=1) as cursor:
            cursor.execute("SELECT pg_sleep(60)")

    monkeypatch.setattr(building, "write_export", slow)
    export = ask(trade)
    assert build_export(export_id=export.pk)
    export.refresh_from_db()
    assert (export.state, export.problem) == (Export.State.FAILED, TOO_LONG)


def test_whoever_waited_long_gets_a_mail_and_nobody_else(trade):
    """The files of a schedule and of a closed period are told of elsewhere."""
    quick = ask(trade)
    build_export(export_id=quick.pk)
    assert not Notice.objects.exists()
    long_ago = database_now() - timedelta(minutes=2)
    export = ask(trade, name="xlsx")
    Export.objects.filter(pk=export.pk).update(created_at=long_ago)
    build_export(export_id=export.pk)
    mail = Notice.objects.get()
    assert mail.to == trade.accountant.email
    assert "2026-11 is ready" in mail.subject
    assert f"/books/{trade.shop.merchant.pk}/exports/" in mail.body
    scheduled = ask(trade, name="daily_summary")
    Export.objects.filter(pk=scheduled.pk).update(created_at=long_ago)
    schedule = Schedule.objects.create(
        merchant=trade.shop.merchant, every="month", day=1, formats=["daily_summary"],
        created_by=trade.accountant, due_at=database_now(),
    )  # fmt: skip
    ScheduledRun.objects.create(schedule=schedule, period="2026-11").exports.add(scheduled)
    build_export(export_id=scheduled.pk)
    assert Notice.objects.count() == 1
