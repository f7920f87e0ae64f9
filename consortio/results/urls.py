from django.urls import path

from . import views

urlpatterns = [
    path("results-imports/new", views.new, name="results_import_new"),
    path("results-imports/<uuid:results_id>", views.draft, name="results_import"),
    path("results-imports/<uuid:results_id>/application", views.application, name="results_import_application"),
    path("results-imports/<uuid:results_id>/dropping", views.dropping, name="results_import_dropping"),
    path("partnerships/<uuid:partnership_id>/results", views.results, name="results"),
    path("partnerships/<uuid:partnership_id>/results.xml", views.export, name="results_export"),
]
