"""Rows from before are checked against the new constraints, without locking writers out."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("wallets", "0002_settle_holds")]

    operations = [
        ValidateConstraint("account", "account_currency_named"),
        ValidateConstraint("hold", "hold_legs_while_open"),
    ]
