from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "consortio.jobs"
