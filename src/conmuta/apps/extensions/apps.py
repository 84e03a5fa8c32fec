from django.apps import AppConfig


class ExtensionsConfig(AppConfig):
    name = "conmuta.apps.extensions"
    label = "extensions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declares this app's nouns."""
        from conmuta.apps.extensions import queries  # noqa: F401
