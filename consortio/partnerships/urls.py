from django.urls import path

from . import views

urlpatterns = [
    path("partnerships/new", views.founding, name="founding"),
    path("partnerships/<uuid:partnership_id>/members", views.members, name="members"),
    path("partnerships/<uuid:partnership_id>/members/part", views.part, name="part"),
    path("partnerships/<uuid:partnership_id>/members/seating", views.seating, name="seating"),
    path("partnerships/<uuid:partnership_id>/members/unseating", views.unseating, name="unseating"),
]
