from django.urls import path

from . import views

urlpatterns = [
    path("partnerships/<uuid:partnership_id>/decisions", views.log, name="decisions"),
    path("partnerships/<uuid:partnership_id>/decisions/new", views.new, name="decision_new"),
    path("decisions/<uuid:decision_id>", views.decision, name="decision"),
    path("decisions/<uuid:decision_id>/edit", views.edit, name="decision_edit"),
    path("decisions/<uuid:decision_id>/proposal", views.proposal, name="decision_proposal"),
    path("decisions/<uuid:decision_id>/settlement", views.settlement, name="decision_settlement"),
    path("decisions/<uuid:decision_id>/withdrawal", views.withdrawal, name="decision_withdrawal"),
    path("decisions/<uuid:decision_id>/governed", views.governed, name="decision_governed"),
    path("decisions/<uuid:decision_id>/reviews", views.reviews, name="decision_reviews"),
    path("decisions/<uuid:decision_id>/readers", views.readers, name="decision_readers"),
    path(
        "decisions/<uuid:decision_id>/readers/<uuid:reader_id>/removal",
        views.reader_removal,
        name="decision_reader_removal",
    ),
    path("decisions/<uuid:decision_id>/reading", views.reading, name="decision_reading"),
]
