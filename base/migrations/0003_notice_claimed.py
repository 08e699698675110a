"""A notice that a sender has in hand is nobody else's for a while."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("base", "0002_new_id")]

    operations = [migrations.AddField("notice", "claimed_at", models.DateTimeField(null=True))]
