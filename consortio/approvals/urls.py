from django.urls import path

from . import views

urlpatterns = [
    path("partnerships/<uuid:partnership_id>/proposals", views.proposals, name="proposals"),
    path("partnerships/<uuid:partnership_id>/proposals/rules", views.decision_rules, name="decision_rules"),
    path("partnerships/<uuid:partnership_id>/proposals/rules/<slug:kind>", views.decision_rule, name="decision_rule"),
    path("proposals/<uuid:proposal_id>", views.proposal, name="proposal"),
    path("proposals/<uuid:proposal_id>/answer", views.answer, name="answer"),
    path("answers/<str:answer_token>", views.answer_by_mail, name="answer_by_mail"),
    path("proposals/<uuid:proposal_id>/withdrawal", views.withdrawal, name="withdrawal"),
]
