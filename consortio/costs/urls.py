from django.urls import path

from . import views

urlpatterns = [
    path("plans/<uuid:plan_id>/value", views.value, name="plan_value"),
    path("plans/<uuid:plan_id>/costs", views.many, name="plan_costs"),
    path("items/<uuid:item_id>/cost", views.item_cost, name="item_cost"),
]
