"""Every address of the hub."""

from django.urls import include, path

handler404 = "consortio.access.middleware.missing"
handler500 = "consortio.access.middleware.failed"

urlpatterns = [
    path("", include("consortio.record.urls")),
]
