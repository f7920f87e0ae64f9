from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "consortio.results"

    def ready(self) -> None:
        from . import jobs, rules  # noqa: F401  -- registers them
