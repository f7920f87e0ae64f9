from django.apps import AppConfig


class NotesConfig(AppConfig):
    name = "tests.notes"

    def ready(self) -> None:
        from . import jobs, rules  # noqa: F401  -- registers both
