"""The hub's addresses, and this feature's part of the API by itself."""

from django.urls import path
from ninja import NinjaAPI
from ninja.security import SessionAuth

from consortio.accounts.api import router
from consortio.urls import handler404, handler429, handler500
from consortio.urls import urlpatterns as hub

__all__ = ["handler404", "handler429", "handler500", "urlpatterns"]
api = NinjaAPI(urls_namespace="accounts-alone", auth=SessionAuth(csrf=True))
api.add_router("/me", router)
urlpatterns = [path("api/alone/", api.urls), *hub]
