import django.db.models.manager
from django.db import migrations

from conmuta.platform.rls import EnableRowSecurity

SEEN_BY_ITS_TENANTS = """
CREATE POLICY tenants ON tenancy_operator FOR SELECT USING (
    id = (
        SELECT operator_id FROM tenancy_tenant
        WHERE id = nullif(nullif(current_setting('conmuta.tenant', true), '*'), '')::bigint
    )
)
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_initial")]

    operations = [
        migrations.AlterModelOptions(
            "operator",
            {"base_manager_name": "guarded", "default_manager_name": "guarded"},
        ),
        migrations.AlterModelManagers(
            "operator", [("guarded", django.db.models.manager.Manager())]
        ),
        EnableRowSecurity("tenant", "id", "operator_id"),
        EnableRowSecurity("operator", None, "id"),
        migrations.RunSQL(SEEN_BY_ITS_TENANTS, "DROP POLICY tenants ON tenancy_operator"),
    ]
