import consortio.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_initial"),
        ("plans", "0008_windows_in_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="Estimate",
            fields=[
                (
                    "id",
                    models.UUIDField(default=consortio.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("low_minutes", models.PositiveIntegerField(null=True)),
                ("likely_minutes", models.PositiveIntegerField(null=True)),
                ("high_minutes", models.PositiveIntegerField(null=True)),
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["item"], name="estimate_of_item")],
                "constraints": [
                    models.UniqueConstraint(fields=("circle", "item"), name="estimate_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("high_minutes", None), ("likely_minutes", None), ("low_minutes", None)),
                            models.Q(
                                ("likely_minutes__lte", models.F("high_minutes")),
                                ("low_minutes__lte", models.F("likely_minutes")),
                            ),
                            _connector="OR",
                        ),
                        name="estimate_in_order",
                    ),
                ],
            },
        ),
    ]
