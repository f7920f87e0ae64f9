from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "consortio.approvals"

    def ready(self) -> None:
        from . import by_mail, sweeping  # noqa: F401  -- registers them
