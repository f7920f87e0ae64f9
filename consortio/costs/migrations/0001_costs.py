import consortio.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0002_initial"),
        ("organisations", "0002_fiscal_year"),
        ("plans", "0008_windows_in_order"),
        ("record", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Cost",
            fields=[
                (
                    "id",
                    models.UUIDField(default=consortio.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("budget", models.BigIntegerField(null=True)),
                ("actual", models.BigIntegerField(null=True)),
                (
                    "rule",
                    models.CharField(
                        blank=True,
                        choices=[("percent", "Percent"), ("0/100", "All At End"), ("50/50", "Halves")],
                        max_length=7,
                    ),
                ),
                ("imported_values", models.JSONField(default=dict)),
                (
                    "circle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.circle"
                    ),
                ),
                (
                    "imported",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="record.import"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="plans.item"),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["item"], name="cost_of_item")],
                "constraints": [
                    models.UniqueConstraint(fields=("circle", "item"), name="cost_once"),
                    models.CheckConstraint(
                        condition=models.Q(("budget", None), ("budget__gte", 0), _connector="OR"),
                        name="cost_budget_not_negative",
                    ),
                ],
            },
        ),
    ]
