from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("simulations", "0001_simulations")]

    operations = [migrations.AddField("simulation", "basis", models.JSONField(null=True))]
