from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_longer_period_labels"), ("merchants", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="export",
            name="merchant",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="exports",
                to="merchants.merchant",
            ),
        ),
        migrations.RemoveConstraint(model_name="export", name="export_one_under_way"),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["queued", "building"])),
                fields=("merchant", "name", "period"),
                name="export_one_under_way",
                nulls_distinct=False,
            ),
        ),
    ]
