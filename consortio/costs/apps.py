from django.apps import AppConfig


class CostsConfig(AppConfig):
    name = "consortio.costs"

    def ready(self) -> None:
        from . import beside, bringing, leading  # noqa: F401  -- registers them
