"""Every address of the server."""

from django.urls import URLPattern, URLResolver, include, path

from conmuta.apps.identity.web.views import language
from conmuta.rest.api import api
from conmuta.wiring.health import healthz
from conmuta.wiring.pages import calls, home, mail, status

handler404 = "conmuta.platform.web.problems.not_found"
handler500 = "conmuta.platform.web.problems.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("status/", status.platform_status, name="platform-status"),
    path("mail/", mail.platform_mails, name="platform-mails"),
    path("mail/<int:mail>/", mail.platform_mail, name="platform-mail"),
    path("mail/<int:mail>/<int:index>", mail.platform_attachment, name="platform-mail-attachment"),
    path("t/<slug:tenant>/status/", status.tenant_status, name="status"),
    path("t/<slug:tenant>/calls/", calls.tenant_calls, name="calls"),
    path("t/<slug:tenant>/calls/<str:call>/", calls.tenant_call, name="call"),
    path("t/<slug:tenant>/recordings/<str:recording>/", calls.tenant_recording, name="recording"),
    path(
        "t/<slug:tenant>/recordings/<str:recording>/file",
        calls.tenant_recording_file,
        name="recording-file",
    ),
    path("t/<slug:tenant>/mail/", mail.tenant_mails, name="mails"),
    path("t/<slug:tenant>/mail/<int:mail>/", mail.tenant_mail, name="mail"),
    path(
        "t/<slug:tenant>/mail/<int:mail>/<int:index>",
        mail.tenant_attachment,
        name="mail-attachment",
    ),
    path("language", language, name="language"),
    path("accounts/", include("conmuta.apps.identity.web.urls")),
    path("", include("conmuta.apps.phones.web.urls")),
    path("healthz", healthz),
    path("api/v1/", api.urls),
    path("node/v1/", include("conmuta.apps.fleet.rest")),
]
