"""
The API, version 1: the same reads and actions as the pages, as JSON, at /api/v1.

Errors are problem+json (RFC 9457). A browser session counts as sign-in, and then each write wants the CSRF token.
"""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.security import SessionAuth

from consortio import __version__
from consortio.access import NotPermitted, NotVisible, Refused, VersionMissing
from consortio.access.middleware import refusal, refuse
from consortio.accounts.api import router as accounts
from consortio.attachments.api import router as attachments
from consortio.circles.api import router as circles
from consortio.imports.api import router as imports
from consortio.jobs.api import router as jobs
from consortio.partnerships.api import router as partnerships
from consortio.plans.api import router as plans


api = NinjaAPI(
    title="Consortio",
    version=__version__,
    urls_namespace="api",
    openapi_url="/openapi.json",
    docs_url=None,
    auth=SessionAuth(csrf=True),
)
for prefix, router in {
    "/me": accounts,
    "/partnerships": partnerships,
    "/circles": circles,
    "/plans": plans,
    "/imports": imports,
    "/files": attachments,
    "/jobs": jobs,
}.items():
    api.add_router(prefix, router)


@api.exception_handler(NotVisible)
@api.exception_handler(NotPermitted)
@api.exception_handler(Refused)
@api.exception_handler(VersionMissing)
def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    answer = refusal(request, error)
    assert answer is not None
    return answer


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    places = ("/".join(str(part) for part in fault["loc"][1:]) + ": " + fault["msg"] for fault in error.errors)
    return refuse(request, 422, "; ".join(places))


@api.exception_handler(HttpError)
def answered(request: HttpRequest, error: HttpError) -> HttpResponse:
    return refuse(request, error.status_code, str(error))
