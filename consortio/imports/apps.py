from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "consortio.imports"

    def ready(self) -> None:
        from . import jobs, rules  # noqa: F401  -- registers them
