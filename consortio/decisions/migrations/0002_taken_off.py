from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="mustknow",
            name="taken_off_at",
            field=models.DateTimeField(null=True),
        ),
    ]
