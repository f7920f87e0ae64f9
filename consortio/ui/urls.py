from django.urls import path

from .gallery import gallery
from .views import preferences

urlpatterns = [
    path("gallery", gallery, name="gallery"),
    path("preferences", preferences, name="preferences"),
]
