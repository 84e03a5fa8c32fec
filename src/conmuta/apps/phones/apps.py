from django.apps import AppConfig


class PhonesConfig(AppConfig):
    name = "conmuta.apps.phones"
    label = "phones"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Makes the nouns known, so that nothing that they name is removed under them."""
        from conmuta.apps.phones import queries  # noqa: F401
