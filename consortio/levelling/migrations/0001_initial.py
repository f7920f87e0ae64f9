import consortio.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0002_initial"),
        ("organisations", "0002_fiscal_year"),
        ("plans", "0008_windows_in_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="Capacity",
            fields=[
                (
                    "id",
                    models.UUIDField(default=consortio.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("work", models.CharField(blank=True, max_length=100)),
                ("percent", models.PositiveIntegerField()),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "circle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.circle"
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=["circle", "organisation", "from_on"],
                        name="capacity_said",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Demand",
            fields=[
                (
                    "id",
                    models.UUIDField(default=consortio.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("work", models.CharField(blank=True, max_length=100)),
                ("percent", models.PositiveIntegerField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "circle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.circle"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="plans.item"),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(condition=models.Q(("withdrawn_at", None)), fields=["item"], name="demand_of_item")
                ],
            },
        ),
        migrations.CreateModel(
            name="Levelling",
            fields=[
                (
                    "id",
                    models.UUIDField(default=consortio.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("found_at", models.DateTimeField()),
                ("engine", models.CharField(max_length=20)),
                ("method", models.CharField(max_length=200)),
                ("fingerprint", models.CharField(max_length=64)),
                ("objective", models.CharField(choices=[("finish", "Finish"), ("stable", "Stable")], max_length=6)),
                ("seed", models.PositiveIntegerField(null=True)),
                ("limit_seconds", models.PositiveIntegerField()),
                ("status", models.CharField(max_length=10)),
                ("gap", models.FloatField(null=True)),
                ("bound_at", models.CharField(blank=True, max_length=16)),
                ("finish_before", models.CharField(blank=True, max_length=16)),
                ("finish_at", models.CharField(blank=True, max_length=16)),
                ("moved", models.JSONField(default=list)),
                ("moved_count", models.PositiveIntegerField(default=0)),
                ("holds", models.JSONField(default=list)),
                ("untouched", models.JSONField(default=list)),
                ("loads", models.JSONField(default=list)),
                ("bottlenecks", models.JSONField(default=dict)),
                ("findings", models.JSONField(default=list)),
                (
                    "circle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.circle"
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
                "indexes": [models.Index(fields=["plan", "circle", "found_at"], name="levelling_of_plan")],
            },
        ),
    ]
