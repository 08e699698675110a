"""`audit_ledger`: every app's checks in one snapshot, JSON out, exit 1 on a finding."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from base.core.findings import Finding
from payments.checks import CHECKS as PAYMENT_CHECKS
from reports.checks import CHECKS as REPORT_CHECKS
from reports.flows import audit as auditing
from reports.flows.audit import CHECKS, audit
from wallets.checks import CHECKS as WALLET_CHECKS


def run() -> tuple[int, dict]:
    out = StringIO()
    try:
        call_command("audit_ledger", stdout=out)
    except SystemExit as end:
        return int(end.code or 0), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def test_every_apps_checks_are_joined():
    assert len(CHECKS) == len(WALLET_CHECKS) + len(PAYMENT_CHECKS) + len(REPORT_CHECKS)
    assert {name.split(".")[0] for name in CHECKS} == {"wallets", "payments", "reports"}


def test_right_books_are_clean(trade):
    code, answer = run()
    assert (code, answer["clean"], answer["findings"]) == (0, True, [])
    assert answer["checks"] == len(CHECKS)
    assert answer["seconds"] >= 0


def test_one_cent_more_is_found_and_exits_1(trade, owner_sql):
    owner_sql("UPDATE wallets_account SET balance_minor = balance_minor + 1 WHERE code LIKE '%%:tips'")
    code, answer = run()
    assert (code, answer["clean"]) == (1, False)
    found = [finding for finding in answer["findings"] if finding["check"] == "balance_is_sum"]
    assert [finding["subject"].endswith(":EUR:tips") for finding in found] == [True]
    assert all(set(finding) == {"check", "subject", "detail", "shard_key"} for finding in answer["findings"])


@pytest.mark.django_db(transaction=True)
def test_all_checks_see_one_snapshot_and_may_not_write(monkeypatch):
    seen = []

    def look(cursor):
        cursor.execute(
            "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only'),"
            " pg_current_snapshot()::text"
        )
        seen.append(cursor.fetchone())
        return [Finding("look", "a", "b")]

    monkeypatch.setattr(auditing, "CHECKS", {"one": look, "two": look})
    assert audit() == [Finding("look", "a", "b")] * 2
    assert len(set(seen)) == 1
    assert seen[0][:2] == ("repeatable read", "on")
