"""The web server's entry: `uvicorn conmuta.wiring.asgi:application`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conmuta.wiring.settings")

from django.core.asgi import get_asgi_application

from conmuta.wiring.limits import BodyLimit

application = BodyLimit(get_asgi_application())
