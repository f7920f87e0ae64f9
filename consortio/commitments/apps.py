from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    name = "consortio.commitments"

    def ready(self) -> None:
        from . import beside, by_mail, remarking  # noqa: F401  -- registers them
