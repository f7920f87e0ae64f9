from django.urls import path

from . import views

urlpatterns = [path("demo/removal", views.removal, name="demo_removal")]
