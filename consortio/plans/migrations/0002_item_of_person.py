from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="item",
            index=models.Index(
                condition=models.Q(("person__isnull", False), ("withdrawn_at", None)),
                fields=["plan", "person", "circle"],
                name="item_of_person",
            ),
        ),
    ]
