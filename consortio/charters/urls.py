from django.urls import path

from . import views

urlpatterns = [
    path("partnerships/<uuid:partnership_id>/charter", views.charter, name="charter"),
    path("partnerships/<uuid:partnership_id>/charter/change", views.change, name="charter_change"),
    path("partnerships/<uuid:partnership_id>/charter/versions/<int:number>", views.version, name="charter_version"),
    path("partnerships/<uuid:partnership_id>/charter/stage", views.stage, name="stage"),
]
