from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0004_left_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="leftfile",
            name="problem",
            field=models.TextField(blank=True, default=""),
        ),
    ]
