from django.apps import AppConfig


class RemarksConfig(AppConfig):
    name = "consortio.remarks"
