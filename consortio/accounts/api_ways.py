"""The two ways in which a call of the API says who is asking. A token is looked up before: see `bearer`."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from consortio.access.middleware import SAFE


class Token(HttpBearer):
    """A program, with `Authorization: Bearer` and a token that a person made for it."""

    def __call__(self, request: HttpRequest) -> Any:
        return request.token and request.user

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return request.token and request.user


class Session(APIKeyCookie):
    """Whoever is signed in, in the browser that they signed in with. Their writes want the CSRF token as well."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Any:
        if request.token:
            raise HttpError(403, "No token does this: sign in with a browser.")
        if not request.user.is_authenticated:
            return None
        if request.method not in SAFE and check_csrf(request):
            raise HttpError(403, "The CSRF token is missing or wrong: send the cookie's as the header X-CSRFToken.")
        return request.user

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return self(request)


BROWSER_ONLY = [Session()]  # what no token does: `@router.post(..., auth=BROWSER_ONLY)`
ANY_WAY = [Token(), *BROWSER_ONLY]  # in this order: with a token, the session is not asked
