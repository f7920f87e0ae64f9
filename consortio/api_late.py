"""
The way to the API. It is loaded when somebody first asks for it: that is a third of what a start would take otherwise, and
many servers never need it.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver
from django.urls.resolvers import RoutePattern


class LateResolver(URLResolver):
    """Addresses with a namespace of their own, loaded when one of them is resolved or reversed."""

    def _populate(self) -> None:
        """Do nothing: whoever gathers the names of all addresses finds ours by their namespace."""


addresses = LateResolver(RoutePattern("api/v1/"), "consortio.api_urls", app_name="ninja", namespace="api")


def openapi(request: HttpRequest) -> HttpResponse:
    from consortio import api

    return api.openapi(request)


def docs(request: HttpRequest) -> HttpResponse:
    from consortio import api

    return api.docs(request)
