from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    name = "consortio.attachments"

    def ready(self) -> None:
        from . import jobs, rules  # noqa: F401  -- registers them
