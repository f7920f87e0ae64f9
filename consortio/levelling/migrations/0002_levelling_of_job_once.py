import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial"), ("levelling", "0001_initial")]

    operations = [
        migrations.AddField(
            "levelling",
            "job",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jobs.job"),
        ),
        migrations.AddConstraint(
            "levelling", models.UniqueConstraint(fields=("circle", "job"), name="levelling_of_job_once")
        ),
    ]
