import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0002_item_of_person")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="withdrawn_with",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="plans.item"
            ),
        )
        for name in ("item", "link")
    ]
