from django.apps import AppConfig


class RisksConfig(AppConfig):
    name = "consortio.risks"

    def ready(self) -> None:
        from . import leading  # noqa: F401  -- registers its page
