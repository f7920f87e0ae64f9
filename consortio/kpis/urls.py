from django.urls import path

from . import views

urlpatterns = [
    path("partnerships/<uuid:partnership_id>/kpis", views.kpis, name="kpis"),
    path("kpis/<uuid:kpi_id>", views.kpi, name="kpi"),
    path("readings/<uuid:reading_id>", views.reading, name="reading"),
]
