from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    name = "consortio.invitations"

    def ready(self) -> None:
        from . import agreeing, jobs, suspending, sweeping  # noqa: F401  -- registers what members agree, the mail, leaving
