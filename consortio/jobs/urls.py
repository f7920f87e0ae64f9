from django.urls import path

from . import views

urlpatterns = [
    path("jobs/<uuid:job_id>", views.job, name="job"),
    path("jobs/<uuid:job_id>/cancellation", views.cancellation, name="job_cancellation"),
]
