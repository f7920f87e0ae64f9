import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0002_deciding"), ("organisations", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="recused",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.organisation",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="voters",
            field=models.JSONField(null=True),
        ),
    ]
