from django.apps import AppConfig


class ForecastsConfig(AppConfig):
    name = "consortio.forecasts"

    def ready(self) -> None:
        from . import beside, revealing, told  # noqa: F401  -- registers what stands beside goals, what happens in time
