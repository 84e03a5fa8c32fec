from django.apps import AppConfig


class FleetConfig(AppConfig):
    name = "conmuta.apps.fleet"
    label = "fleet"
    default_auto_field = "django.db.models.BigAutoField"
