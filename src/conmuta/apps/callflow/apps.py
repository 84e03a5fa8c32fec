from django.apps import AppConfig


class CallflowConfig(AppConfig):
    name = "conmuta.apps.callflow"
    label = "callflow"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declares this app's nouns."""
        from conmuta.apps.callflow import queries  # noqa: F401
