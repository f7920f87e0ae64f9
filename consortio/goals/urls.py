from django.urls import path

from . import form_views, views

urlpatterns = [
    path("partnerships/<uuid:partnership_id>/goals", views.goals, name="goals"),
    path("partnerships/<uuid:partnership_id>/goals/glance", views.glance, name="goals_glance"),
    path("partnerships/<uuid:partnership_id>/goals/new", form_views.new, name="goal_new"),
    path("goals/<uuid:goal_id>", views.goal, name="goal"),
    path("goals/<uuid:goal_id>/forecast", views.forecast, name="goal_forecast"),
    path("goals/<uuid:goal_id>/history", views.history, name="goal_history"),
    path("goals/<uuid:goal_id>/change", form_views.change, name="goal_change"),
    path("goals/<uuid:goal_id>/proposal", form_views.propose, name="goal_propose"),
    path("goals/<uuid:goal_id>/end", form_views.end, name="goal_end"),
    path("goals/<uuid:goal_id>/adoption", form_views.adoption, name="goal_adoption"),
    path("goals/<uuid:goal_id>/withdrawal", form_views.withdrawal, name="goal_withdrawal"),
    path("goals/<uuid:goal_id>/restoration", form_views.restoration, name="goal_restoration"),
    path("goals/<uuid:goal_id>/opinions", form_views.opinions, name="goal_opinions"),
    path("goals/<uuid:goal_id>/items", form_views.items, name="goal_items"),
]
