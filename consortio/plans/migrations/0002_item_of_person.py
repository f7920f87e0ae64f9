from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("withdrawn_at", None), ("person__isnull", False)),
                fields=["plan", "person", "circle"],
                name="item_of_person",
            ),
        ),
    ]
