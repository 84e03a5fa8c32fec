from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0002_settled")]

    operations = [
        migrations.AddField(
            model_name="call",
            name="not_recorded",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
    ]
