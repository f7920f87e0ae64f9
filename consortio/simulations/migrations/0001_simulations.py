import consortio.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0002_initial"),
        ("jobs", "0001_initial"),
        ("organisations", "0002_fiscal_year"),
        ("plans", "0009_estimates"),
    ]

    operations = [
        migrations.CreateModel(
            name="Simulation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=consortio.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("computed_at", models.DateTimeField()),
                ("data_at", models.CharField(blank=True, max_length=16)),
                ("trials", models.PositiveIntegerField()),
                ("seed", models.PositiveBigIntegerField()),
                ("engine", models.CharField(max_length=20)),
                ("fingerprint", models.CharField(max_length=64)),
                ("outcome", models.JSONField()),
                (
                    "circle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.circle"
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jobs.job"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.person"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="plans.plan"),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["plan", "-computed_at"], name="simulation_newest")],
                "constraints": [models.UniqueConstraint(fields=("circle", "job"), name="simulation_of_job_once")],
            },
        ),
    ]
