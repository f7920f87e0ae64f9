"""The hub's addresses, and an API with an operation that takes its leave."""

from datetime import date

from django.urls import path
from ninja import Router

from consortio.accounts.api_ways import ANY_WAY
from consortio.api import API
from consortio.api_calls import conducted
from consortio.deprecation import leaving
from consortio.urls import handler404, handler429, handler500
from consortio.urls import urlpatterns as hub

__all__ = ["handler404", "handler429", "handler500", "urlpatterns"]
router = Router()


@router.get(
    "/old", response=int, **leaving(since=date(2031, 1, 1), until=date(2031, 11, 2), instead="/api/leaving/new")
)
def old(request):
    return 1


@router.get("/new", response=int)
def new(request):
    return 2


api = API(urls_namespace="leaving", auth=ANY_WAY)
api.add_decorator(conducted, mode="view")
api.add_router("", router)
urlpatterns = [path("api/leaving/", api.urls), *hub]
