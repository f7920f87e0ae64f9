"""
The API, version 1: the same reads and actions as the pages, as JSON, at /api/v1.

Errors are problem+json (RFC 9457). A program signs in with a token; a browser with its session, and then each write
wants the CSRF token.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation
from ninja.parser import Parser

from consortio import __version__, built_late, strict_json, versions  # noqa: F401
from consortio.access import NotPermitted, NotVisible, Refused, VersionMissing
from consortio.access.middleware import refusal, refuse
from consortio.accounts.api import router as accounts
from consortio.accounts.api_ways import ANY_WAY
from consortio.api_calls import SAY_OF_EACH, SAY_WHICH, conducted, with_version
from consortio.api_description import described, pages_of
from consortio.approvals.api import router as approvals
from consortio.attachments.api import router as attachments
from consortio.charters.api import router as charters
from consortio.circles.api import router as circles
from consortio.commitments.api import router as commitments
from consortio.costs.api import router as costs
from consortio.decisions.api import router as decisions
from consortio.forecasts.api import rounds as forecast_rounds
from consortio.forecasts.api import router as forecasts
from consortio.goals.api import router as goals
from consortio.imports.api import router as imports
from consortio.invitations.api import router as invitations
from consortio.invitations.house_api import organisations, persons
from consortio.invitations.member_api import router as standing
from consortio.jobs.api import router as jobs
from consortio.kpis.api import router as kpis
from consortio.levelling.api import plans as levelling_of_plans
from consortio.levelling.api import router as levelling
from consortio.notices.api import circles as activity
from consortio.notices.api import own as notices
from consortio.overview.api import router as overview
from consortio.partnerships.api import router as partnerships
from consortio.plans.api_editing import router as plans
from consortio.plans.api_estimates import router as estimates
from consortio.plans.api_people import router as duties
from consortio.remarks.api import router as remarks
from consortio.results.api import partnerships as results_out
from consortio.results.api import router as results
from consortio.risks.api import of_plans as plan_risks
from consortio.risks.api import router as risks
from consortio.simulations.api import of_plans as plan_simulations
from consortio.simulations.api import router as simulations


class StrictParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return with_version(request, strict_json.parse(request.body))


class API(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return a name that generated clients can use: the feature and the function."""
        return f"{operation.view_func.__module__.split('.')[1]}_{operation.view_func.__name__}"

    def create_response(self, request: HttpRequest, data: Any, **more: Any) -> HttpResponse:
        """Answer with the version of the row that the answer is about, where it has one."""
        response = super().create_response(request, data, **more)
        if (version := versions.version_in(data)) is not None and response.status_code < 300:
            response["ETag"] = versions.tag(version)
        return response


api = API(
    title="Consortio",
    version=__version__,
    description="What the pages show and do, as JSON. docs/api.md tells how to sign in.",
    urls_namespace="api",
    openapi_url="",
    docs_url=None,
    auth=ANY_WAY,
    parser=StrictParser(),
)
api.add_decorator(conducted, mode="view")
for prefix, router in {
    "/me": accounts,
    "/partnerships": partnerships,
    "/circles": circles,
    "/invitations": invitations,
    "/organisations": organisations,
    "/people": persons,
    "/plans": plans,
    "/imports": imports,
    "/results-imports": results,
    "/files": attachments,
    "/jobs": jobs,
    "/proposals": approvals,
    "/remarks": remarks,
    "/commitments": commitments,
    "/decisions": decisions,
    "/goals": goals,
    "/forecast-rounds": forecast_rounds,
    "/risks": risks,
    "/simulations": simulations,
}.items():
    api.add_router(prefix, router)
api.add_router("/circles", activity)
api.add_router("/me", notices)
api.add_router("/people", duties)
api.add_router("/plans", estimates)
api.add_router("/plans", plan_risks)
api.add_router("/plans", plan_simulations)
api.add_router("/plans", costs)
api.add_router("/partnerships", charters)
api.add_router("/partnerships", standing)
api.add_router("/partnerships", results_out)
api.add_router("/goals", forecasts)
api.add_router("", kpis)
api.add_router("/plans", levelling_of_plans)
api.add_router("", levelling)
api.add_router("", overview)


@api.exception_handler(NotVisible)
@api.exception_handler(NotPermitted)
@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    answer = refusal(request, error)
    assert answer is not None
    return answer


@api.exception_handler(VersionMissing)
def version_missing(request: HttpRequest, error: VersionMissing) -> HttpResponse:
    return refuse(request, 428, SAY_WHICH)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name each field, and never repeat what was sent there."""
    others = [fault for fault in error.errors if not _lacks_version(fault)]
    if not others:
        rows = [_field(fault) for fault in error.errors if _is_of_a_row(fault)]
        return refuse(request, 428, SAY_OF_EACH if rows else SAY_WHICH, errors=[(row, SAY_OF_EACH) for row in rows])
    faults = [(_field(fault), _says(fault)) for fault in others]
    return refuse(request, 422, "; ".join(f"{field}: {says}" for field, says in faults), errors=faults)


def _lacks_version(fault: Mapping[str, Any]) -> bool:
    """Tell whether a fault is that neither the body, nor If-Match, nor a row of the body says which version was seen."""
    return fault.get("type") == "missing" and fault["loc"][-1] == "version"


def _is_of_a_row(fault: Mapping[str, Any]) -> bool:
    """Tell whether a fault lies in one of several rows of a body, for which If-Match cannot speak."""
    return len(fault["loc"]) > len(("body", "body", "version"))


def _field(fault: Mapping[str, Any]) -> str:
    return "/".join(str(part)[:100] for part in fault["loc"][2:] or fault["loc"][1:])


def _says(fault: Mapping[str, Any]) -> str:
    if fault.get("type") == "extra_forbidden":
        return "There is no such field here."
    return str(fault["msg"]).removeprefix("Value error, ")


@api.exception_handler(HttpError)
def answered(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, strict_json.BadJson):
        return refuse(request, 400, str(error.__cause__))
    if error.status_code != 401:
        return refuse(request, error.status_code, str(error))
    response = refuse(request, 401)
    was_shown = "Authorization" in request.headers
    response["WWW-Authenticate"] = 'Bearer error="invalid_token"' if was_shown else "Bearer"
    return response


@api.exception_handler(RequestDataTooBig)
def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return refuse(request, 413, f"At most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20} MB of JSON are taken.")


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI document, which is the same for everybody."""
    return described(api.get_openapi_schema())


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(description())


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the API to people: how to sign in, and each operation with what it takes and answers."""
    shown = {"tags": pages_of(description()), "version": __version__, "base": settings.BASE_URL}
    return render(request, "overview/api.html", shown)
