from django.urls import path

from . import dates_views, views

urlpatterns = [
    path("plans/<uuid:plan_id>/load", views.load, name="plan_load"),
    path("plans/<uuid:plan_id>/capacities/new", views.new_capacity, name="capacity_new"),
    path("plans/<uuid:plan_id>/levellings", dates_views.find, name="levellings"),
    path("capacities/<uuid:capacity_id>", views.capacity, name="capacity"),
    path("capacities/<uuid:capacity_id>/withdrawal", views.capacity_withdrawal, name="capacity_withdrawal"),
    path("items/<uuid:item_id>/needs", views.needs, name="item_needs"),
    path("demands/<uuid:demand_id>", views.demand, name="demand"),
    path("levellings/<uuid:levelling_id>", dates_views.levelling, name="levelling"),
    path("levellings/<uuid:levelling_id>/application", dates_views.application, name="levelling_application"),
    path("levellings/<uuid:levelling_id>/proposal", dates_views.proposal, name="levelling_proposal"),
]
