from django.urls import path

from . import views

urlpatterns = [
    path("partnerships/<uuid:partnership_id>/circles", views.circles, name="circles"),
    path("partnerships/<uuid:partnership_id>/circles/new", views.opening, name="opening"),
    path("circles/<uuid:circle_id>", views.circle, name="circle"),
    path("circles/<uuid:circle_id>/appointment", views.appointment, name="appointment"),
    path("circles/<uuid:circle_id>/departure", views.departure, name="departure"),
]
