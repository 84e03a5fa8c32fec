from django.apps import AppConfig


class TrunksConfig(AppConfig):
    name = "conmuta.apps.trunks"
    label = "trunks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declares this app's nouns."""
        from conmuta.apps.trunks import queries  # noqa: F401
