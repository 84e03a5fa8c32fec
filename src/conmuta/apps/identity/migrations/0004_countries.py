"""Sign-ins and tokens remember countries. Places that were noted before have none: theirs is
looked up when the person signs in again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_operators_people")]

    operations = [
        migrations.AddField(
            model_name="signinplace",
            name="country",
            field=models.CharField(blank=True, default="", max_length=2),
        ),
        migrations.RemoveConstraint(model_name="signinplace", name="sign_in_place_once"),
        migrations.AddConstraint(
            model_name="signinplace",
            constraint=models.UniqueConstraint(
                fields=("user", "network", "country"), name="sign_in_place_once"
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="countries",
            field=models.JSONField(default=list),
        ),
    ]
