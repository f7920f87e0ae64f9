from django.apps import AppConfig


class GoalsConfig(AppConfig):
    name = "consortio.goals"

    def ready(self) -> None:
        from . import agreeing, chances, measured, remarking, told  # noqa: F401  -- registers what can be agreed, told, computed
