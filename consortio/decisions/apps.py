from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "consortio.decisions"

    def ready(self) -> None:
        from . import agreeing, remarking  # noqa: F401  -- what is agreed, remarked on, shown beside what it governs
