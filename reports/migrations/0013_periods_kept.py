"""What is sealed stays as it is, and the periods of a merchant are one chain: PostgreSQL says so."""

from pathlib import Path

from django.db import migrations

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"
BACK = """
ALTER TABLE reports_booksperiod DROP CONSTRAINT books_period_chain;
DROP TRIGGER books_period_never_deleted ON reports_booksperiod;
DROP TRIGGER books_period_kept ON reports_booksperiod;
DROP TRIGGER books_period_reopened_by_two ON reports_booksperiod;
DROP TRIGGER books_reopening_never_deleted ON reports_booksreopening;
DROP TRIGGER books_reopening_kept ON reports_booksreopening;
DROP TRIGGER sealed_export_never_deleted ON reports_export;
DROP TRIGGER sealed_export_kept ON reports_export;
DROP FUNCTION reports_kept();
DROP FUNCTION reports_reopened_by_two();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0012_sealed_periods"), ("wallets", "0018_closed_books")]

    operations = [migrations.RunSQL(load(SQL, "periods_kept"), BACK)]
