from django.urls import path, register_converter

from . import views
from .files import FORMATS


class FormatConverter:
    regex = "|".join(FORMATS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FormatConverter, "format")

urlpatterns = [
    path("plans/<uuid:plan_id>", views.gantt, name="plan"),
    path("plans/<uuid:plan_id>/table", views.table, name="plan_table"),
    path("plans/<uuid:plan_id>/milestones", views.milestones, name="plan_milestones"),
    path("plans/<uuid:plan_id>/settings", views.settings, name="plan_settings"),
    path("plans/<uuid:plan_id>/baselines", views.baseline, name="plan_baseline"),
    path("plans/<uuid:plan_id>/export.<format:format>", views.export, name="plan_export"),
    path("items/<uuid:item_id>", views.item, name="item"),
]
