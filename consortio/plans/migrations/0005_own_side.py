import django.db.models.deletion
from django.db import migrations, models

import consortio.ids


def to(table):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=table)


class Migration(migrations.Migration):
    dependencies = [("access", "0002_initial"), ("plans", "0004_nomination")]

    operations = [
        migrations.CreateModel(
            name="OwnSide",
            fields=[
                (
                    "id",
                    models.UUIDField(default=consortio.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("note", models.TextField(blank=True)),
                ("low_minutes", models.PositiveIntegerField(null=True)),
                ("likely_minutes", models.PositiveIntegerField(null=True)),
                ("high_minutes", models.PositiveIntegerField(null=True)),
                ("circle", to("access.circle")),
                ("item", to("plans.item")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("circle", "item"), name="own_side_once")],
            },
        ),
    ]
