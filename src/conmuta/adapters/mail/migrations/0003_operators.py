from django.db import migrations, models

from conmuta.platform.rls import EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("mail", "0002_once_per_company")]

    operations = [
        migrations.AddField("mail", "operator_id", models.BigIntegerField(null=True)),
        migrations.RemoveConstraint("mail", "mail_once"),
        migrations.AddConstraint(
            "mail",
            models.UniqueConstraint(
                fields=["tenant_id", "operator_id", "key"],
                nulls_distinct=False,
                name="mail_once",
            ),
        ),
        EnableRowSecurity("mail", "tenant_id", "operator_id"),
    ]
