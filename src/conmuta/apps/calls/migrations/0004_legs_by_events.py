"""Legs are told by the events (ADR 0099): the table of Asterisk's call detail records goes with all
its partitions, and so do the lines of theirs that were nobody's."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from conmuta.platform.scope import Scope


def forget_lines(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """No handler would take them again."""
    del schema_editor
    with Scope.system("system:migration").active():
        apps.get_model("calls", "Quarantined").objects.filter(stream="cdr").delete()


class Migration(migrations.Migration):
    dependencies = [("calls", "0003_not_recorded")]

    operations = [
        migrations.RunPython(forget_lines),
        migrations.DeleteModel("Leg"),
    ]
