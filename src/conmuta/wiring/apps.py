from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "conmuta.wiring"
    label = "wiring"

    def ready(self) -> None:
        from conmuta.wiring import bindings

        bindings.bind()
