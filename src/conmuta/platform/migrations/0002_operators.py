from django.db import migrations, models

from conmuta.platform.rls import EnableRowSecurity


class Migration(migrations.Migration):
    dependencies = [("platform", "0001_initial")]

    operations = [
        migrations.AddField("auditentry", "operator_id", models.BigIntegerField(null=True)),
        migrations.AddField("outboxevent", "operator_id", models.BigIntegerField(null=True)),
        migrations.AddIndex(
            "auditentry",
            models.Index(fields=["operator_id", "-at"], name="audit_by_operator"),
        ),
        EnableRowSecurity("auditentry", "tenant_id", "operator_id"),
        EnableRowSecurity("outboxevent", "tenant_id", "operator_id"),
    ]
