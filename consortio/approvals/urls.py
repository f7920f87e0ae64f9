from django.urls import path

from . import views

urlpatterns = [
    path("partnerships/<uuid:partnership_id>/proposals", views.proposals, name="proposals"),
    path("proposals/<uuid:proposal_id>", views.proposal, name="proposal"),
    path("proposals/<uuid:proposal_id>/answer", views.answer, name="answer"),
    path("proposals/<uuid:proposal_id>/withdrawal", views.withdrawal, name="withdrawal"),
]
