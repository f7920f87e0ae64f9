from django.apps import AppConfig


class LevellingConfig(AppConfig):
    name = "consortio.levelling"
