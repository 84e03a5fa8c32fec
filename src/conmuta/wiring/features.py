"""What a telephone set for its extension is kept by the server too."""

from conmuta.apps.calls.contracts import FeatureChanged
from conmuta.apps.extensions import api as extensions
from conmuta.platform.outbox import Delivery


def keep_feature(delivery: Delivery) -> None:
    """Hears `FeatureChanged`. Once is as good as twice."""
    event: FeatureChanged = delivery.event
    extensions.set_feature(delivery.scope, event.extension, event.feature, event.value)
