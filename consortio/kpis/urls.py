from django.urls import path

from . import entry_views, mail_views, reading_views, views

urlpatterns = [
    path("partnerships/<uuid:partnership_id>/kpis", views.kpis, name="kpis"),
    path("partnerships/<uuid:partnership_id>/kpis/new", views.new, name="kpi_new"),
    path("partnerships/<uuid:partnership_id>/check-in", entry_views.check_in, name="check_in"),
    path("partnerships/<uuid:partnership_id>/readings/new", entry_views.readings_new, name="readings_new"),
    path("kpis/<uuid:kpi_id>", views.kpi, name="kpi"),
    path("kpis/<uuid:kpi_id>/change", views.change, name="kpi_change"),
    path("kpis/<uuid:kpi_id>/history", views.kpi_history, name="kpi_history"),
    path("kpis/<uuid:kpi_id>/readings", views.entering, name="kpi_readings"),
    path("kpis/<uuid:kpi_id>/retirement", views.retirement, name="kpi_retirement"),
    path("kpis/<uuid:kpi_id>/watching", views.watching, name="kpi_watching"),
    path("readings/answers/<str:stance_token>", mail_views.stance_by_mail, name="stance_by_mail"),
    path("readings/<uuid:reading_id>", reading_views.reading, name="reading"),
    path("readings/<uuid:reading_id>/evidence", reading_views.evidence, name="reading_evidence"),
    path("readings/<uuid:reading_id>/stance", reading_views.stance, name="reading_stance"),
    path("readings/<uuid:reading_id>/settlement", reading_views.settlement, name="reading_settlement"),
]
