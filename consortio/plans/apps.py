from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "consortio.plans"
