import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import consortio.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.UUIDField(default=consortio.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("organisation_id", models.UUIDField()),
                ("partnership_id", models.UUIDField()),
                ("numbers", models.JSONField(default=dict)),
                ("seen_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "organisation_id", "partnership_id"), name="visit_once")
                ],
            },
        ),
    ]
