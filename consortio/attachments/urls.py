from django.urls import path

from . import views

urlpatterns = [
    path("files/<uuid:attachment_id>", views.download, name="file"),
    path("files/<uuid:attachment_id>/withdrawal", views.withdrawal, name="file_withdrawal"),
]
