from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "consortio.plans"

    def ready(self) -> None:
        from . import agreeing, duties, estimate_beside, jobs, remarking  # noqa: F401  -- what is agreed, answered for, done, remarked on
