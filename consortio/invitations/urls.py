from django.urls import path

from . import views

urlpatterns = [
    path("invitations/<str:token>", views.invitation, name="invitation"),
    path("invitation", views.waiting, name="invitation_waiting"),
]
