from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "consortio.kpis"

    def ready(self) -> None:
        from . import by_mail, remarking, settling, told, undoing  # noqa: F401  -- registers what they say
