from django.urls import include, path

from consortio.urls import handler400, handler403, handler404, handler429, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]
urlpatterns = [*urlpatterns, path("", include("tests.notes.urls"))]
