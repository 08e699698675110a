"""Nobody reads or writes the mode of a tax profile any more.

The column stays for a while with a default, so that a process of the version before still runs beside one
that does not know it; a later migration drops it.
"""

from django.db import migrations

DEFAULT = "ALTER TABLE merchants_taxprofile ALTER COLUMN mode SET DEFAULT 'record'"
NO_DEFAULT = "ALTER TABLE merchants_taxprofile ALTER COLUMN mode DROP DEFAULT"


class Migration(migrations.Migration):
    dependencies = [("merchants", "0010_modes_by_place")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(DEFAULT, NO_DEFAULT)],
            state_operations=[migrations.RemoveField("taxprofile", "mode")],
        )
    ]
