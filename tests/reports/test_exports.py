"""An export is asked for once, built once, found again when its builder dies, and whole or not there."""

import errno
import os
import signal
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest
from django.db import InternalError, OperationalError, connection, connections
from django.utils import timezone

from base.core.errors import Refused
from base.models import AuditLine
from reports import tasks
from reports.flows import build_export as building
from reports.flows import keep_files as keeping
from reports.flows.build_export import LEASE, NO_ROOM, UNKNOWN, build_export
from reports.flows.build_queued import build_queued
from reports.formats import FORMATS
from reports.models import Export
from reports.queries import rows, sources
from reports.queries.rows import row_blocks
from reports.queries.snapshot import snapshot
from tests.factories import make_member, make_shop, make_static_code, pay, settle_all
from tests.reports.cloning import clone_sale
from tests.reports.conftest import on
from tests.reports.exporting import ask, at_once
from tests.reports.reading import both_sides, read_csv

# What a format reads; all others read the rows.
STREAMS = {"daily_summary": "day_sums_of", "exceptions_csv": "listed_changes"}


def test_the_rows_of_a_ready_export(trade):
    export = ask(trade)
    assert (export.state, export.period, export.time_zone) == ("queued", "2026-11", "Europe/Berlin")
    assert tasks.build_export(str(export.pk)) is True
    export.refresh_from_db()
    assert export.state == Export.State.READY
    assert export.rows == 13
    assert sorted(path.name for path in export.folder.iterdir()) == [
        f"{export.sha256}.csv",
        f"{export.sha256}.datapackage.json",
    ]
    assert len(read_csv((export.folder / f"{export.sha256}.csv").read_bytes())) == 13
    line = AuditLine.objects.get(subject=export.pk)
    assert (line.actor_id, line.action) == (trade.accountant.pk, "export.requested")


def test_asked_twice_at_once_is_one_export(trade):
    made = {export.pk for export in at_once(8, lambda: ask(trade))}
    assert len(made) == 1
    assert Export.objects.count() == 1
    assert ask(trade, name="transactions_csv_bom").pk not in made
    assert ask(trade, period="2026-10").pk not in made


def test_once_it_is_ready_the_next_wish_is_a_new_export_with_the_same_bytes(trade):
    first = ask(trade)
    build_export(export_id=first.pk)
    second = ask(trade)
    build_export(export_id=second.pk)
    assert first.pk != second.pk
    assert len(set(Export.objects.values_list("sha256", flat=True))) == 1


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_asked_and_built_by_many_at_once_it_is_one_file(trade, name):
    (pk,) = {export.pk for export in at_once(4, lambda: ask(trade, name=name))}
    assert sorted(at_once(4, lambda: build_export(export_id=pk))) == [False, False, False, True]
    export = Export.objects.get()
    assert sorted(path.suffix for path in export.folder.iterdir()) == sorted([".json", FORMATS[name].ending])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "xls"}, "export_unknown"),
        ({"period": "2026-13"}, "period_invalid"),
        ({"period": "0001-01"}, "period_invalid"),
        ({"period": "2150-Q1"}, "period_not_begun"),
    ],
)
def test_what_cannot_be_asked_for(trade, changes, code):
    with pytest.raises(Refused) as no:
        ask(trade, **changes)
    assert no.value.code == code
    assert not Export.objects.exists()


@pytest.mark.parametrize("role", ["owner", "manager", "accountant"])
def test_who_may_ask(trade, role):
    assert ask(trade, actor=make_member(trade.shop, role)).state == "queued"


def test_who_may_not_ask(trade):
    for actor in (trade.payer, trade.shop.cashier, make_shop().owner):
        with pytest.raises(Refused) as no:
            ask(trade, actor=actor)
        assert (no.value.code, no.value.status) == ("not_found", 404)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_killed_builder_leaves_nothing_to_download_and_is_followed_by_another(
    trade, desk, monkeypatch, name
):
    export = ask(trade, name=name)
    connections.close_all()
    child = os.fork()
    if child == 0:
        stream = STREAMS.get(name, "row_blocks")
        monkeypatch.setattr(sources, stream, _dying(getattr(sources, stream)))
        build_export(export_id=export.pk)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    export.refresh_from_db()
    assert export.state == Export.State.BUILDING
    assert {path.suffix for path in export.folder.iterdir()} == {".part"}
    assert desk.get(f"/books/{trade.shop.merchant.pk}/exports/{export.pk}/file").status_code == 404
    assert build_queued() == 0, "its lease is not over"
    Export.objects.update(started_at=timezone.now() - LEASE - timedelta(seconds=1))
    assert tasks.build_queued() == 1
    export.refresh_from_db()
    assert export.state == Export.State.READY
    assert sorted(path.suffix for path in export.folder.iterdir()) == sorted([".json", FORMATS[name].ending])


def _dying(stream):
    """A stream whose reader is killed when it asks for more than the first piece."""

    def read(*given):
        yield from islice(stream(*given), 1)
        os.kill(os.getpid(), signal.SIGKILL)

    return read


def test_who_lost_the_lease_has_no_say(trade, monkeypatch):
    export = ask(trade)

    def slow(**wish):
        Export.objects.update(started_at=timezone.now())  # another builder has taken it up
        raise OSError(errno.EIO, "late")

    monkeypatch.setattr(building, "write_export", slow)
    assert build_export(export_id=export.pk) is False
    assert Export.objects.get().state == Export.State.BUILDING


def test_a_full_disk_is_said_in_words(trade, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    export = ask(trade)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert build_export(export_id=export.pk)
    export.refresh_from_db()
    assert (export.state, export.problem) == (Export.State.FAILED, NO_ROOM)
    assert list(export.folder.iterdir()) == []
    again = ask(trade)
    assert build_export(export_id=again.pk)
    assert Export.objects.get(pk=again.pk).state == Export.State.READY


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_disk_that_fills_up_in_the_middle_of_any_format(trade, desk, monkeypatch, name):
    """Every write goes to a disk without room: no file, a sentence, and the next wish works."""
    export = ask(trade, name=name)
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "part_file", _no_room)
        assert build_export(export_id=export.pk)
    export.refresh_from_db()
    assert (export.state, export.problem, export.sha256) == (Export.State.FAILED, NO_ROOM, "")
    assert list(export.folder.iterdir()) == []
    assert desk.get(f"/books/{trade.shop.merchant.pk}/exports/{export.pk}/file").status_code == 404
    again = ask(trade, name=name)
    assert again.pk != export.pk and build_export(export_id=again.pk)
    assert Export.objects.get(pk=again.pk).state == Export.State.READY


@contextmanager
def _no_room(folder):
    with open("/dev/full", "wb", buffering=0) as full:
        yield full


def test_what_a_killed_builder_left_of_a_workbook_is_cleared_away(trade):
    export = ask(trade, name="xlsx")
    left = export.folder / "scratch.part"
    left.mkdir(parents=True)
    (left / "sheet").write_text("half")
    assert build_export(export_id=export.pk)
    assert sorted(path.suffix for path in export.folder.iterdir()) == [".json", ".xlsx"]


def test_a_bug_fails_the_export_and_is_heard(trade, monkeypatch):
    def bug(**wish):
        raise RuntimeError("bug")

    monkeypatch.setattr(building, "write_export", bug)
    export = ask(trade)
    with pytest.raises(RuntimeError):
        build_export(export_id=export.pk)
    export.refresh_from_db()
    assert (export.state, export.problem) == (Export.State.FAILED, UNKNOWN)


def test_a_database_that_was_away_costs_only_time(trade, monkeypatch):
    def away(**wish):
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(building, "write_export", away)
    export = ask(trade)
    with pytest.raises(OperationalError):
        build_export(export_id=export.pk)
    export.refresh_from_db()
    assert export.state == Export.State.BUILDING


def test_rows_come_in_blocks_and_never_all_at_once(trade, owner_sql, monkeypatch):
    monkeypatch.setattr(rows, "ROWS_A_BLOCK", 100)
    pay(make_static_code(trade.shop), trade.payer, 1190, happened_at=on(10))
    settle_all()
    newest = trade.shop.merchant.payments.order_by("-happened_at")[0]
    clone_sale(owner_sql, newest, [on(11) + timedelta(seconds=s) for s in range(500)])
    with snapshot() as cursor:
        blocks = row_blocks(cursor, trade.shop.merchant.pk, trade.period)
        first = next(blocks)
        assert first.count(b"\n") == 100
        rest = [block.count(b"\n") for block in blocks]
    assert max(rest) == 100
    assert 100 + sum(rest) == 13 + 2 * 501


def test_a_sale_settled_meanwhile_is_on_neither_side(trade):
    with snapshot() as cursor:
        before = rows.sums_of(cursor, trade.shop.merchant.pk, trade.period)
        at_once(1, lambda: _sell(trade))
        assert rows.sums_of(cursor, trade.shop.merchant.pk, trade.period) == before
        text = b"".join(row_blocks(cursor, trade.shop.merchant.pk, trade.period))
    assert text.count(b"\n") == sum(part.rows for part in before) == 13
    after, _ = both_sides(trade.shop.merchant.pk, trade.period)
    assert sum(part.rows for part in after) == 15


def _sell(trade):
    pay(make_static_code(trade.shop), trade.payer, 500, happened_at=on(20))
    return settle_all()


def test_nothing_can_be_written_in_a_snapshot(trade):
    with pytest.raises(InternalError, match="read-only"), snapshot():
        Export.objects.update(problem="written")
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        assert cursor.fetchone()[0] == "off"


def test_another_merchants_rows_are_not_in_it(trade):
    other = make_shop(trade_name="Next door")
    pay(make_static_code(other), trade.payer, 999, happened_at=on(8))
    settle_all()
    sums, ledger = both_sides(other.merchant.pk, trade.period)
    assert sum(part.gross_minor for part in sums if part.kind == "sale") == 999
    assert sum(move.amount_minor for move in ledger) == 999
    mine, _ = both_sides(trade.shop.merchant.pk, trade.period)
    assert sum(part.rows for part in mine) == 13
