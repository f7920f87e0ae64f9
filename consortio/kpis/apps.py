from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "consortio.kpis"

    def ready(self) -> None:
        from . import remarking, settling, told, undoing  # noqa: F401  -- registers what can be agreed, said and undone
