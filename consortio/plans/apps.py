from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "consortio.plans"

    def ready(self) -> None:
        from . import agreeing, jobs, remarking  # noqa: F401  -- they register what is agreed, done and remarked on
