from django.urls import path

from . import views

urlpatterns = [
    path("goals/<uuid:goal_id>/forecasts", views.forecasts, name="forecasts"),
    path("goals/<uuid:goal_id>/forecasts/round", views.opening, name="forecast_opening"),
    path("goals/<uuid:goal_id>/forecasts/scoring", views.scoring, name="forecast_scoring"),
    path("forecast-rounds/<uuid:round_id>/own", views.own, name="own_forecast"),
]
