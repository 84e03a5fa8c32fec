"""Who changed what: a row in the same transaction as the change, secrets masked."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from conmuta.platform.models import AuditEntry
from conmuta.platform.scope import Scope

MASK = "•••"
_SECRET = re.compile(
    r"secret|password|passphrase|token|\bpins?\b|_pins?\b|private|credential", re.IGNORECASE
)


def record(
    scope: Scope,
    verb: str,
    subject: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """`subject` is `app.noun:name`, e.g. `extensions.extension:550`."""
    AuditEntry.guarded.create(
        tenant_id=scope.tenant_id,
        actor=scope.actor,
        verb=verb,
        subject=subject,
        before=_plain(before),
        after=_plain(after),
    )


def masked(value: Any, key: str = "") -> Any:
    """`value` with every non-empty value under a secret's name replaced."""
    if key and value and _SECRET.search(key):
        return MASK
    if isinstance(value, Mapping):
        return {str(name): masked(item, str(name)) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item) for item in value]
    return value


def _plain(values: Mapping[str, object] | None) -> Any:
    if values is None:
        return None
    return json.loads(json.dumps(masked(values), cls=DjangoJSONEncoder, default=str))
