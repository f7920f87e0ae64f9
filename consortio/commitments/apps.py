from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    name = "consortio.commitments"

    def ready(self) -> None:
        from . import beside, remarking  # noqa: F401  -- what stands beside other rows, and that people remark on it
