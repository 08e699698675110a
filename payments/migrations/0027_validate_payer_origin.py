"""Payments and scans from before are checked too, without locking writers out."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payments", "0026_payer_origin_and_exchange")]

    operations = [
        ValidateConstraint("payment", "payment_origin_whole"),
        ValidateConstraint("session", "session_quote_whole"),
    ]
