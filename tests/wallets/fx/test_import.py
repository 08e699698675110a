"""Importing rates: all or nothing, the same twice is once, and what is known is never written over."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import override_settings

from base.core.errors import Refused
from base.ids import database_now
from base.models import AuditLine, Notice
from tests.factories import make_person, make_rate
from tests.wallets.fx.files import manual, xml
from wallets.flows.fetch_fx_rates import fetch_fx_rates
from wallets.flows.import_fx_rates import CLOCK, COMMAND, PAGE, import_fx_rates
from wallets.fx.ecb import Ecb
from wallets.models import FxImport, FxRate
from wallets.queries.fx import fx_terms, imports_shown, rates_shown

pytestmark = pytest.mark.django_db
RATES = [("USD", "1.1563"), ("CNY", "7.79")]
URL = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml"


@pytest.fixture
def today() -> date:
    return database_now().date()


def take(content: bytes, source: str = "ecb", way: str = COMMAND, **how: Any) -> FxImport:
    return import_fx_rates(source=source, content=content, way=way, **how)


def kept() -> set[tuple[str, str, Decimal]]:
    return set(FxRate.objects.values_list("currency", "source", "rate"))


def test_a_days_file_is_used_at_once_and_twice_is_once(today: date) -> None:
    first = take(xml((today, RATES)))
    assert (first.added, first.same, first.newest_on) == (2, 0, today)
    assert fx_terms("CNY", "EUR", database_now()).payer_amount(1190) == 9270
    again = take(xml((today, RATES)))
    assert (again.added, again.same) == (0, 2)
    assert kept() == {("USD", "ecb", Decimal("1.1563")), ("CNY", "ecb", Decimal("7.79"))}
    assert FxImport.objects.count() == 2


def test_a_value_that_is_known_otherwise_is_refused_whole(today: date) -> None:
    take(xml((today, RATES)))
    before = kept()
    with pytest.raises(Refused, match="fx_rate_changed") as no:
        take(xml((today, [("JPY", "180"), ("USD", "1.1564")])), confirmed=True)
    assert "Line 10: USD 1.1564" in no.value.message
    assert "known 1.1563" in no.value.message
    assert kept() == before
    row = FxImport.objects.latest("created_at")
    assert (row.refused, row.added, row.said) == ("fx_rate_changed", 0, no.value.message)


@pytest.mark.parametrize(
    ("rate", "jumps"), [("10.13", True), ("10.127", False), ("5.453", False), ("5.45", True), ("77.9", True)]
)
def test_a_rate_that_jumps_waits_for_a_yes(today: date, rate: str, jumps: bool) -> None:
    make_rate("CNY", "7.79", days_old=1)
    content = xml((today, [("USD", "1.1"), ("CNY", rate)]))
    if jumps:
        with pytest.raises(Refused, match="fx_rate_jumps"):
            take(content)
        assert FxRate.objects.count() == 1
    assert take(content, confirmed=jumps).added == 2


def test_the_jump_is_from_the_newest_of_any_source_and_history_jumps_freely(today: date) -> None:
    make_rate("VND", "30500", days_old=2, source="manual")
    old = today - timedelta(days=900)
    assert take(manual(f"VND,20000,{old},The state bank"), "manual").added == 1
    with pytest.raises(Refused, match="fx_rate_jumps"):
        take(manual(f"VND,20000,{today},The state bank"), "manual")


def test_nothing_of_a_file_with_one_wrong_line(today: date) -> None:
    with pytest.raises(Refused, match="fx_file_invalid"):
        take(manual(f"VND,30500,{today},x", f"KWD,0,{today},x"), "manual")
    assert not FxRate.objects.exists()
    assert FxImport.objects.get().refused == "fx_file_invalid"


def test_the_day_that_has_begun_somewhere_is_no_future(today: date) -> None:
    ahead = (database_now() + timedelta(hours=14)).date()
    assert take(manual(f"VND,30500,{ahead},x"), "manual").added == 1
    with pytest.raises(Refused, match="has not come yet"):
        take(manual(f"VND,30500,{ahead + timedelta(days=1)},x"), "manual")


def test_no_other_source() -> None:
    with pytest.raises(Refused, match="fx_source_unknown"):
        take(b"", "rumour")
    assert not FxImport.objects.exists()


def test_who_imported_is_on_record(today: date) -> None:
    operator = make_person(pin=None, is_staff=True)
    row = take(manual(f"VND,30500,{today},x"), "manual", PAGE, actor_id=operator.pk)
    line = AuditLine.objects.get(action="fx.imported")
    assert (line.actor_id, line.subject, line.detail["added"]) == (operator.pk, row.pk, 1)
    assert imports_shown()[0].actor == operator


@pytest.mark.parametrize("change", ["UPDATE wallets_fximport SET added = 8", "DELETE FROM wallets_fximport"])
def test_the_application_may_only_add(today: date, change: str) -> None:
    take(xml((today, RATES)))
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert FxImport.objects.get().added == 2


def test_operators_see_which_rate_is_used(today: date) -> None:
    make_rate("CNY", "7.79", days_old=1)
    make_rate("CNY", "7.60", days_old=2)
    make_rate("CNY", "8.00", source="manual")
    make_rate("RUB", "117.2", days_old=7)
    make_rate("RUB", "90", source="manual")
    shown = {
        (one.row.currency, one.row.source): (one.state, one.age_days) for one in rates_shown(database_now())
    }
    assert shown == {
        ("CNY", "ecb"): ("used", 1),
        ("CNY", "manual"): ("spare", 0),
        ("RUB", "ecb"): ("old", 7),
        ("RUB", "manual"): ("used", 0),
    }


# --- by the clock -----------------------------------------------------------------------------------


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes | Refused], list[str]]:
    """What the ECB answers; the list is of the addresses that were called."""
    calls: list[str] = []

    def answer(with_what: bytes | Refused) -> list[str]:
        def fetch(_: Ecb, url: str) -> bytes:
            calls.append(url)
            if isinstance(with_what, Refused):
                raise with_what
            return with_what

        monkeypatch.setattr(Ecb, "fetch", fetch)
        return calls

    return answer


Fetched = Callable[[bytes | Refused], list[str]]
DOWN = Refused("fx_source_down", "No rates were fetched: it cannot be reached.", status=502)


@override_settings(ECB_URL=URL)
def test_the_clock_fetches_until_the_days_rates_are_there(fetched: Fetched, today: date) -> None:
    calls = fetched(xml((today - timedelta(days=1), RATES)))
    assert (fetch_fx_rates(), fetch_fx_rates()) == (2, 0)
    fetched(xml((today, RATES)))
    assert (fetch_fx_rates(), fetch_fx_rates()) == (2, 0)
    assert calls == [URL] * 3
    assert not Notice.objects.exists()


@override_settings(ECB_URL="")
def test_no_address_no_call(fetched: Fetched) -> None:
    calls = fetched(DOWN)
    assert (fetch_fx_rates(), calls, FxImport.objects.count()) == (0, [], 0)


@override_settings(ECB_URL=URL)
def test_without_the_net_nothing_breaks_and_operators_hear_of_old_rates(fetched: Fetched) -> None:
    make_person("op@example.org", pin=None, is_staff=True)
    fetched(DOWN)
    make_rate("CNY", "7.79", days_old=5)
    make_rate("USD", "1.1", days_old=3)
    assert fetch_fx_rates() == 0
    assert not Notice.objects.exists()
    assert FxImport.objects.get().refused == "fx_source_down"


@override_settings(ECB_URL=URL)
def test_operators_hear_once_a_day_that_rates_grow_old(fetched: Fetched) -> None:
    make_person("op@example.org", pin=None, is_staff=True)
    fetched(DOWN)
    make_rate("CNY", "7.79", days_old=4)
    assert (fetch_fx_rates(), fetch_fx_rates()) == (0, 0)
    assert [note.to for note in Notice.objects.all()] == ["op@example.org"]
    assert "import_fx" in Notice.objects.get().body
    assert FxImport.objects.count() == 2


@override_settings(ECB_URL=URL)
def test_a_jump_is_mailed_once_and_imports_nothing(fetched: Fetched, today: date) -> None:
    make_person("op@example.org", pin=None, is_staff=True)
    make_rate("CNY", "7.79", days_old=1)
    fetched(xml((today, [("USD", "1.1"), ("CNY", "77.9")])))
    assert (fetch_fx_rates(), fetch_fx_rates()) == (0, 0)
    assert FxRate.objects.count() == 1
    note = Notice.objects.get()
    assert "CNY 77.9" in note.body
    assert {row.way for row in FxImport.objects.all()} == {CLOCK}


# --- by the command ---------------------------------------------------------------------------------


def test_the_command(tmp_path: Path, today: date) -> None:
    file, out = tmp_path / "rates.xml", StringIO()
    file.write_bytes(xml((today, RATES)))
    call_command("import_fx", file=file, stdout=out)
    assert "2 rates added, 0 known already" in out.getvalue()
    file.write_bytes(manual(f"VND,0,{today},x", f"QQQ,1,{today},x"))
    with pytest.raises(CommandError, match="Line 3: “QQQ”"):
        call_command("import_fx", file=file, source="manual")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_fx", file=tmp_path / "none.xml")
    file.write_bytes(b"x" * 40_001)
    with pytest.raises(CommandError, match="too large"):
        call_command("import_fx", file=file, source="manual")
