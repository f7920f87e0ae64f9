from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "consortio.approvals"

    def ready(self) -> None:
        from . import sweeping  # noqa: F401  -- registers it
