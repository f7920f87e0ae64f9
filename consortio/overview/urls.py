from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("waiting", views.waiting, name="waiting"),
    path("find", views.find, name="find"),
    path("partnerships/<uuid:partnership_id>", views.partnership, name="partnership"),
    path("partnerships/<uuid:partnership_id>/since", views.since, name="since"),
    path("partnerships/<uuid:partnership_id>/seen", views.seen, name="seen"),
]
