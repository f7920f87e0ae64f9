from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "consortio.kpis"
