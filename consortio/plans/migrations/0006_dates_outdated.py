import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial"), ("plans", "0005_own_side")]

    operations = [
        migrations.AddField("schedule", "outdated_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "schedule",
            "job",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jobs.job"),
        ),
    ]
