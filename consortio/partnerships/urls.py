from django.urls import path

from . import views

urlpatterns = [
    path("partnerships/new", views.founding, name="founding"),
]
