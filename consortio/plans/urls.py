from django.urls import path, register_converter

from . import estimate_views, item_views, row_views, views
from .files import FORMATS


class FormatConverter:
    regex = "|".join(FORMATS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FormatConverter, "format")

urlpatterns = [
    path("partnerships/<uuid:partnership_id>/plans/new", views.new, name="plan_new"),
    path("plans/<uuid:plan_id>", views.gantt, name="plan"),
    path("plans/<uuid:plan_id>/table", views.table, name="plan_table"),
    path("plans/<uuid:plan_id>/milestones", views.milestones, name="plan_milestones"),
    path("plans/<uuid:plan_id>/settings", views.settings, name="plan_settings"),
    path("plans/<uuid:plan_id>/dates", row_views.dates, name="plan_dates"),
    path("plans/<uuid:plan_id>/baselines", views.baseline, name="plan_baseline"),
    path("plans/<uuid:plan_id>/export.<format:format>", views.export, name="plan_export"),
    path("plans/<uuid:plan_id>/baselines/compare", row_views.compare, name="plan_compare"),
    path("plans/<uuid:plan_id>/items/new", row_views.lines, name="plan_lines"),
    path("plans/<uuid:plan_id>/rows", row_views.rows, name="plan_rows"),
    path("plans/<uuid:plan_id>/week", row_views.week_page, name="plan_week"),
    path("plans/<uuid:plan_id>/estimates", estimate_views.estimates_page, name="estimates"),
    path("plans/<uuid:plan_id>/withdrawn", row_views.withdrawn, name="plan_withdrawn"),
    path("plans/<uuid:plan_id>/find", item_views.find, name="plan_find"),
    path("items/<uuid:item_id>", views.item, name="item"),
    path("items/<uuid:item_id>/history", views.item_history, name="item_history"),
    path("items/<uuid:item_id>/edit", item_views.edit, name="item_edit"),
    path("items/<uuid:item_id>/cell", item_views.cell, name="item_cell"),
    path("items/<uuid:item_id>/links", item_views.links, name="item_links"),
    path("items/<uuid:item_id>/withdrawal", item_views.withdrawal, name="item_withdrawal"),
    path("items/<uuid:item_id>/restoration", item_views.restoration, name="item_restoration"),
    path("items/<uuid:item_id>/own-side", item_views.own_side_page, name="item_own_side"),
    path("links/<uuid:link_id>", item_views.link, name="link"),
    path("links/<uuid:link_id>/withdrawal", item_views.link_withdrawal, name="link_withdrawal"),
    path("nominations/<uuid:nomination_id>", item_views.nomination, name="nomination"),
    path("undo", item_views.undo, name="undo"),
]
