"""
What each call of the API goes through before the operation itself: who is asking, the scopes of a program's token, the
parameters of its address, the version that If-Match names, and whether it was done before under the same key.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja.operation import Operation
from pydantic import BaseModel

from consortio import deprecation, versions
from consortio.access.middleware import SAFE, refuse
from consortio.accounts import tokens
from consortio.accounts.api_ways import Token
from consortio.api_once import done_once

Run = Callable[..., HttpResponseBase]
SAY_WHICH = 'Say which version you saw: its ETag as the header If-Match, or its "version" in the body.'
SAY_OF_EACH = 'Say of each row which version you saw: its "version" beside it.'


def conducted(run: Run) -> Run:
    """Decorate the running of an operation."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]  # Ninja hands over the bound method
    known, may_be_keyed, versioned = parameters_of(operation), takes_tokens(operation), takes_version(operation)
    form = form_of(operation)
    leaves = deprecation.headers(operation.openapi_extra or {})

    def answered(request: HttpRequest, **slots: Any) -> HttpResponseBase:
        try:
            if form and (refused := _unknown_part(request, form)):
                return refused
            return done_once(request, partial(run, request, **slots)) if may_be_keyed else run(request, **slots)
        except RequestDataTooBig as fault:
            return operation.api.on_exception(request, fault)

    def told(response: HttpResponseBase) -> HttpResponseBase:
        for name, value in leaves.items():
            response.headers[name] = value
        return response

    @wraps(run)
    def inner(request: HttpRequest, **slots: Any) -> HttpResponseBase:
        refusal = (
            operation._run_checks(request)
            or _beyond_scope(request)
            or _unknown_parameter(request, known)
            or _unclear_version(request, versioned)
        )
        return told(refusal or answered(request, **slots))

    return inner


def _beyond_scope(request: HttpRequest) -> HttpResponse | None:
    writes, area = request.method not in SAFE, tokens.area_of(request.path)
    if request.token is None or tokens.may(request.token.scopes, writes=writes, area=area):
        return None
    wanted, held = tokens.scope_wanted(writes=writes, area=area), ", ".join(request.token.scopes)
    refusal = refuse(request, 403, f"This wants the scope {wanted}, and the token has: {held}.")
    refusal["WWW-Authenticate"] = f'Bearer error="insufficient_scope", scope="{wanted}"'
    return refusal


def parameters_of(operation: Operation) -> frozenset[str]:
    """Return the names of the query parameters that an operation takes."""
    models = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    return frozenset(name for model in models for name in model.__ninja_flatten_map__)


def form_of(operation: Operation) -> frozenset[str]:
    """Return the names of the parts of a form that an operation takes; none for one that takes JSON, or nothing."""
    models = [model for model in operation.models if model.__ninja_param_source__ in ("form", "file")]
    return frozenset(name for model in models for name in model.model_fields)


def takes_version(operation: Operation) -> bool:
    return any("version" in shape.model_fields for shape in bodies_of(operation))


def bodies_of(operation: Operation) -> list[type[BaseModel]]:
    """Return the shapes of the JSON that an operation takes; what they hold in turn is not among them."""
    models = [model for model in operation.models if model.__ninja_param_source__ == "body"]
    shapes = [field.annotation for model in models for field in model.model_fields.values()]
    return [shape for shape in shapes if isinstance(shape, type) and issubclass(shape, BaseModel)]


def _unknown_parameter(request: HttpRequest, known: frozenset[str]) -> HttpResponse | None:
    """Refuse what would otherwise be passed over in silence: a filter with a slip in its name filters nothing."""
    unknown = sorted(set(request.GET) - known)
    return _not_here(request, "parameter", unknown, known) if unknown else None


def _unknown_part(request: HttpRequest, known: frozenset[str]) -> HttpResponse | None:
    """Refuse in a form what no operation would read."""
    unknown = sorted({*request.POST, *request.FILES} - known)
    return _not_here(request, "field", unknown, known) if unknown else None


def _not_here(request: HttpRequest, what: str, unknown: list[str], known: frozenset[str]) -> HttpResponse:
    says = f"There is no such {what} here; there is: {', '.join(sorted(known)) or 'none'}."
    return refuse(request, 422, says, errors=[(name[:100], says) for name in unknown[:10]])


def _unclear_version(request: HttpRequest, versioned: bool) -> HttpResponse | None:
    """
    Read the header If-Match into `request.version_seen`, which stands in for a `version` that the body leaves out.

    Args:
        versioned: whether the body of the operation has one.
    """
    request.version_seen = None
    header = request.headers.get("If-Match")
    if header is None or request.method in SAFE:
        return None
    try:
        seen = versions.seen(header)
    except versions.AnyVersion:
        return refuse(request, 428, SAY_WHICH)
    except versions.NoVersion:
        return refuse(request, 412, 'No version is called so. If-Match takes one ETag of ours, as in If-Match: "3".')
    request.version_seen = seen if versioned else None
    return None


def with_version(request: HttpRequest, body: Any) -> Any:
    """Return what was sent, with the version that If-Match names where the body names none."""
    if request.version_seen is not None and isinstance(body, dict) and body.get("version") is None:
        return body | {"version": request.version_seen}
    return body


def takes_tokens(operation: Operation) -> bool:
    return any(isinstance(way, Token) for way in operation.auth_callbacks)
