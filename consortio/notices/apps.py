from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "consortio.notices"

    def ready(self) -> None:
        from . import at_once, digest  # noqa: F401  -- registers what tells of entries, and what tells each morning
