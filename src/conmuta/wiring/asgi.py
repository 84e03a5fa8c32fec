"""The web server's entry: `uvicorn conmuta.wiring.asgi:application`."""

import os
import warnings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conmuta.wiring.settings")

from asgiref.sync import sync_to_async
from django.core.asgi import get_asgi_application
from django.db import InterfaceError, OperationalError

from conmuta.platform.postgres import release
from conmuta.wiring.limits import BodyLimit

# Our static files are few and small, and are read whole.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")


async def is_node(token: str) -> bool:
    """Whether a node bears this token. `OSError`: the database does not answer."""
    return await sync_to_async(_is_node, thread_sensitive=False)(token)


def _is_node(token: str) -> bool:
    from conmuta.apps.fleet import api as fleet

    try:
        return fleet.is_node(token)
    except (OperationalError, InterfaceError) as error:
        raise ConnectionError("The database does not answer.") from error
    finally:
        release()


application = BodyLimit(get_asgi_application(), is_node)
