from django.db import migrations, models

SHOWN = models.Q(withdrawn_at=None)


class Migration(migrations.Migration):
    dependencies = [("plans", "0006_dates_outdated")]

    operations = [
        migrations.RemoveIndex("item", "item_is_milestone"),
        migrations.AddIndex(
            "item", models.Index(fields=["circle", "plan", "depth", "path"], condition=SHOWN, name="item_by_depth")
        ),
        migrations.AddIndex(
            "item", models.Index(fields=["circle", "plan", "kind"], condition=SHOWN, name="item_of_kind")
        ),
    ]
