from django.apps import AppConfig


class SimulationsConfig(AppConfig):
    name = "consortio.simulations"

    def ready(self) -> None:
        from . import glance, jobs, leading  # noqa: F401  -- registers them
