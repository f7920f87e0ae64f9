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
            name="Risk",
            fields=[
                (
                    "id",
                    models.UUIDField(default=consortio.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(choices=[("event", "Event"), ("driver", "Driver")], default="event", max_length=6),
                ),
                ("chance", models.PositiveSmallIntegerField()),
                ("low", models.PositiveIntegerField()),
                ("likely", models.PositiveIntegerField()),
                ("high", models.PositiveIntegerField()),
                ("response", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("occurred", "Occurred"), ("closed", "Closed")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                (
                    "circle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.circle"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
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
                (
                    "plan",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="plans.plan"),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Threat",
            fields=[
                (
                    "id",
                    models.UUIDField(default=consortio.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("is_meant", models.BooleanField(default=True)),
                ("said_at", models.DateTimeField()),
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
                    "risk",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="risks.risk"),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="risk",
            index=models.Index(fields=["plan", "number"], name="risk_of_plan"),
        ),
        migrations.AddConstraint(
            model_name="risk",
            constraint=models.UniqueConstraint(fields=("circle", "plan", "number"), name="risk_number_once"),
        ),
        migrations.AddConstraint(
            model_name="risk",
            constraint=models.CheckConstraint(
                condition=models.Q(("chance__gte", 1), ("chance__lte", 99)), name="risk_is_uncertain"
            ),
        ),
        migrations.AddConstraint(
            model_name="risk",
            constraint=models.CheckConstraint(
                condition=models.Q(("low__lte", models.F("likely"))), name="risk_low_is_lowest"
            ),
        ),
        migrations.AddConstraint(
            model_name="risk",
            constraint=models.CheckConstraint(
                condition=models.Q(("likely__lte", models.F("high"))), name="risk_high_is_highest"
            ),
        ),
        migrations.AddIndex(
            model_name="threat",
            index=models.Index(fields=["risk"], name="threat_of_risk"),
        ),
        migrations.AddIndex(
            model_name="threat",
            index=models.Index(fields=["item"], name="threat_of_item"),
        ),
    ]
