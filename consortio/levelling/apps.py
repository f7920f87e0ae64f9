from django.apps import AppConfig


class LevellingConfig(AppConfig):
    name = "consortio.levelling"

    def ready(self) -> None:
        from . import agreeing, jobs, leading  # noqa: F401  -- what is agreed on, and what is done in the background
