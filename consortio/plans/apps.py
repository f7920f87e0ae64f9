from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "consortio.plans"

    def ready(self) -> None:
        from . import remarking  # noqa: F401  -- registers what one remarks on
