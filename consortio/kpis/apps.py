from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "consortio.kpis"

    def ready(self) -> None:
        from . import settling, told  # noqa: F401  -- registers what can be agreed, and what the record says
