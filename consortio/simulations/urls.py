from django.urls import path

from . import views

urlpatterns = [
    path("plans/<uuid:plan_id>/simulation", views.plan_simulation, name="plan_simulation"),
    path("simulations/<uuid:simulation_id>", views.simulation, name="simulation"),
]
