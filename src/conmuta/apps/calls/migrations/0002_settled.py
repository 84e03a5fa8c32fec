from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0001_initial"),
        ("tenancy", "0003_operators_and_offers"),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="settled",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(
                    ("settled", False),
                    models.Q(("final", True), ("cut_short", True), _connector="OR"),
                    models.Q(("call_class", ""), _negated=True),
                ),
                fields=["started"],
                name="call_unsettled",
            ),
        ),
    ]
