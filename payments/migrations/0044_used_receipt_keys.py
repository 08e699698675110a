"""Which keys have signed receipts: their public halves, so that a lost one is found out."""

from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("payments", "0043_receipt_once")]

    operations = [
        migrations.CreateModel(
            name="UsedReceiptKey",
            fields=[
                ("key_id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("public", models.BinaryField(max_length=32)),
                ("since", models.DateField(null=True)),
                ("seen_at", models.DateTimeField(db_default=Now())),
            ],
        ),
    ]
