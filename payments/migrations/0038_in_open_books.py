"""Nothing is promised to a business at a moment at which its books are closed."""

from pathlib import Path

from django.db import migrations

from base.sql import load

SQL = Path(__file__).resolve().parent.parent / "sql"
BACK = """
DROP TRIGGER payment_in_open_books ON payments_payment;
DROP FUNCTION payments_sale_in_open_books();
DROP TRIGGER share_in_open_books ON payments_splitshare;
DROP FUNCTION payments_share_in_open_books();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0036_validate_zero_reasons"), ("wallets", "0018_closed_books")]

    operations = [migrations.RunSQL(load(SQL, "sale_in_open_books"), BACK)]
