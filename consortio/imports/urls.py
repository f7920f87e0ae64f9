from django.urls import path

from . import views

urlpatterns = [
    path("partnerships/<uuid:partnership_id>/import", views.new, name="import_new"),
    path("plans/<uuid:plan_id>/import", views.again, name="import_again"),
    path("imports/<uuid:draft_id>", views.draft, name="import"),
    path("imports/<uuid:draft_id>/mapping", views.mapping, name="import_mapping"),
    path("imports/<uuid:draft_id>/application", views.application, name="import_application"),
    path("imports/<uuid:draft_id>/dropping", views.dropping, name="import_dropping"),
]
