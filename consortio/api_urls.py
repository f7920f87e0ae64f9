"""The addresses of the API below /api/v1."""

from consortio.api import api

urlpatterns = api.urls[0]
