from django.urls import path

from . import views

urlpatterns = [
    path("plans/<uuid:plan_id>/risks", views.risks, name="risks"),
    path("plans/<uuid:plan_id>/risks/new", views.new, name="risk_new"),
    path("risks/<uuid:risk_id>", views.risk, name="risk"),
]
