from django.urls import path

from . import views

urlpatterns = [
    path("remarks/about/<uuid:subject_id>", views.remarks, name="remarks"),
    path("remarks/<uuid:remark_id>", views.words, name="remark"),
    path("remarks/<uuid:remark_id>/withdrawal", views.withdrawal, name="remark_withdrawal"),
]
