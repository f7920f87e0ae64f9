from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    name = "consortio.invitations"

    def ready(self) -> None:
        from . import admission, jobs  # noqa: F401  -- registers what members agree, and the mail
