from django.apps import AppConfig


class ForecastsConfig(AppConfig):
    name = "consortio.forecasts"

    def ready(self) -> None:
        from . import revealing, told  # noqa: F401  -- registers what happens in time, and what the record says
