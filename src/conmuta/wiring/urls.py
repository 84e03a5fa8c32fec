"""Every address of the server."""

from django.urls import URLPattern, URLResolver, include, path

from conmuta.wiring.health import healthz

handler404 = "conmuta.platform.web.problems.not_found"
handler500 = "conmuta.platform.web.problems.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("node/v1/", include("conmuta.apps.fleet.rest")),
]
