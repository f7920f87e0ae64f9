from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0003_invitations_have_a_feature")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="suspended_at",
            field=models.DateTimeField(null=True),
        ),
    ]
