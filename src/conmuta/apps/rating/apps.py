from django.apps import AppConfig


class RatingConfig(AppConfig):
    name = "conmuta.apps.rating"
    label = "rating"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declares this app's nouns."""
        from conmuta.apps.rating import queries  # noqa: F401
