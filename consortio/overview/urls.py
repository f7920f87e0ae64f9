from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("partnerships/<uuid:partnership_id>", views.partnership, name="partnership"),
]
