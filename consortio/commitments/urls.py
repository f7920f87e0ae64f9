from django.urls import path

from . import mail_views, views

urlpatterns = [
    path("partnerships/<uuid:partnership_id>/commitments", views.commitments, name="commitments"),
    path("partnerships/<uuid:partnership_id>/commitments/new", views.new, name="commitment_new"),
    path("commitments/answers/<str:step_token>", mail_views.step_by_mail, name="step_by_mail"),
    path("commitments/<uuid:commitment_id>", views.commitment, name="commitment"),
    path("commitments/<uuid:commitment_id>/evidence", views.evidence, name="commitment_evidence"),
    path("commitments/<uuid:commitment_id>/edit", views.edit, name="commitment_edit"),
    path("commitments/<uuid:commitment_id>/steps", views.steps, name="commitment_steps"),
]
