from django.apps import AppConfig


class ChartersConfig(AppConfig):
    name = "consortio.charters"

    def ready(self) -> None:
        from . import agreeing, purpose  # noqa: F401  -- registers what can be agreed, and the purpose
