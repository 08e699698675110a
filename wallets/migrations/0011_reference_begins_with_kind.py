"""A journal's reference begins with its kind: new rows are held to it, those from before by 0012."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import F, Func, Q, Value

KIND = Func(F("reference"), Value(":"), Value(1), function="split_part", output_field=models.CharField())


class Migration(migrations.Migration):
    dependencies = [("wallets", "0010_entries_without_key")]

    operations = [
        AddConstraintNotValid(
            "journal",
            models.CheckConstraint(condition=Q(kind=KIND), name="journal_kind_of_reference"),
        ),
    ]
