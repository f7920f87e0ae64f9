from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "consortio.jobs"

    def ready(self) -> None:
        from . import rules  # noqa: F401  -- registers them
