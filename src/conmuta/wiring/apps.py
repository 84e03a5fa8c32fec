from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "conmuta.wiring"
    label = "wiring"

    def ready(self) -> None:
        from django.conf import settings

        from conmuta.platform import catalogues
        from conmuta.wiring import bindings

        catalogues.compile_stale(settings.LOCALE_PATHS)
        bindings.bind()
