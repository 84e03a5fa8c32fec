from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "conmuta.apps.routing"
    label = "routing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declares this app's nouns."""
        from conmuta.apps.routing import queries  # noqa: F401
