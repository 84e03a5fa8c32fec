"""What a telephone set for its extension is kept by the server too."""

from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.utils import timezone

from conmuta.apps.calls.contracts import FeatureChanged
from conmuta.apps.extensions import api as extensions
from conmuta.platform.models import OutboxEvent
from conmuta.platform.outbox import Delivery, kind_of
from conmuta.platform.scope import Scope

LOOKED_BACK = timedelta(days=7)  # an event that still waits after that was refused all the time


def keep_feature(delivery: Delivery) -> None:
    """Hears `FeatureChanged`. Once is as good as twice, and an older one never undoes a newer."""
    event: FeatureChanged = delivery.event
    with transaction.atomic():
        if not _has_newer(delivery.scope, event):
            extensions.set_feature(delivery.scope, event.extension, event.feature, event.value)


def _has_newer(scope: Scope, event: FeatureChanged) -> bool:
    """Whether the same feature was heard of with a later time, told already or waiting."""
    heard = OutboxEvent.objects.within(scope).filter(
        kind=kind_of(FeatureChanged),
        tenant_id=scope.tenant_id,
        recorded_at__gt=timezone.now() - LOOKED_BACK,
    )
    others = (
        msgspec.json.decode(bytes(body), type=FeatureChanged)
        for body in heard.values_list("body", flat=True)
    )
    same = (event.extension, event.feature)
    at = _instant(event)
    return any((o.extension, o.feature) == same and _instant(o) > at for o in others)


def _instant(event: FeatureChanged) -> datetime:
    return datetime.fromisoformat(event.at)
