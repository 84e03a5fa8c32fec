from django.apps import AppConfig


class RestConfig(AppConfig):
    name = "conmuta.rest"
    label = "rest"
