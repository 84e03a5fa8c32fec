"""Who changed what: a row in the same transaction as the change, secrets masked."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from conmuta.platform.masking import MASK, masked
from conmuta.platform.models import AuditEntry
from conmuta.platform.scope import Scope

__all__ = ["MASK", "masked", "record"]


def record(
    scope: Scope,
    verb: str,
    subject: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    *,
    operator_id: int | None = None,
) -> None:
    """`subject` is `app.noun:name`, e.g. `extensions.extension:550`.

    `operator_id`: the operator that may read of it too, where `scope` is its tenant's.
    """
    AuditEntry.guarded.create(
        tenant_id=scope.tenant_id,
        operator_id=operator_id or scope.operator_id,
        actor=scope.actor,
        verb=verb,
        subject=subject,
        before=_plain(before),
        after=_plain(after),
    )


def _plain(values: Mapping[str, object] | None) -> Any:
    if values is None:
        return None
    return json.loads(json.dumps(masked(values), cls=DjangoJSONEncoder, default=str))
