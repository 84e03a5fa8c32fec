from django.apps import AppConfig


class QueuesConfig(AppConfig):
    name = "conmuta.apps.queues"
    label = "queues"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declares this app's nouns."""
        from conmuta.apps.queues import queries  # noqa: F401
