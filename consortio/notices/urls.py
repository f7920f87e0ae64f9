from django.urls import path

from . import views

urlpatterns = [
    path("circles/<uuid:circle_id>/activity", views.activity, name="activity"),
    path("account/notices", views.notices, name="notices"),
    path("unsubscription/<str:token>", views.unsubscription, name="unsubscription"),
]
