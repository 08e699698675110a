"""The statements of a promise are planned once a connection, not once a payment."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payments", "0014_settle"), ("people", "0004_count_try")]

    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION payments_promise(jsonb) SET plan_cache_mode = force_generic_plan",
            "ALTER FUNCTION payments_promise(jsonb) RESET plan_cache_mode",
        ),
    ]
