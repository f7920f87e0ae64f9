from django.apps import AppConfig


class SimulationsConfig(AppConfig):
    name = "consortio.simulations"
