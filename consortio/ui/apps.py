from django.apps import AppConfig
from django.conf import settings


class UiConfig(AppConfig):
    name = "consortio.ui"
    label = "ui"

    def ready(self) -> None:
        from . import pseudo

        if getattr(settings, "PSEUDO_LOCALES", False):
            pseudo.install()
