from django.apps import AppConfig


class RemarksConfig(AppConfig):
    name = "consortio.remarks"

    def ready(self) -> None:
        from . import rules  # noqa: F401  -- registers them
