"""The mode of a tax profile goes: nothing has read it since places have modes.

Code that knows 0011 never named it, so it may run while this drops it. The way back gives each profile the
default again; the way back of 0010 then fences what its places fence.
"""

from django.db import migrations

DROP = "ALTER TABLE merchants_taxprofile DROP COLUMN mode"
ADD = "ALTER TABLE merchants_taxprofile ADD COLUMN mode varchar(12) NOT NULL DEFAULT 'record'"


class Migration(migrations.Migration):
    dependencies = [("merchants", "0014_provisional_tax")]

    operations = [migrations.RunSQL(DROP, ADD)]
