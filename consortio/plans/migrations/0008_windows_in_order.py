from django.db import migrations, models

ORDERED = ["plan", "path", "id", "depth", "circle", "parent"]


class Migration(migrations.Migration):
    dependencies = [("plans", "0007_item_totals")]

    operations = [
        migrations.RemoveIndex("item", "item_in_tree"),
        migrations.AddIndex(
            "item", models.Index(fields=ORDERED, condition=models.Q(withdrawn_at=None), name="item_in_tree")
        ),
    ]
