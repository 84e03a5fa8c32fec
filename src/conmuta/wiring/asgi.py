"""The web server's entry: `uvicorn conmuta.wiring.asgi:application`."""

import os
import warnings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conmuta.wiring.settings")

from django.core.asgi import get_asgi_application

from conmuta.wiring.limits import BodyLimit

# Our static files are few and small, and are read whole.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")

application = BodyLimit(get_asgi_application())
