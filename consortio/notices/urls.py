from django.urls import path

from . import views

urlpatterns = [
    path("circles/<uuid:circle_id>/activity", views.activity, name="activity"),
]
