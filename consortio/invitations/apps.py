from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    name = "consortio.invitations"
