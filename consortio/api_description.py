"""What the OpenAPI document says beyond the operations' own types: how calls are refused, and a page for people."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

from consortio import deprecation
from consortio.accounts import tokens
from consortio.accounts.api_ways import Token
from consortio.accounts.bearer import CALLS_A_MINUTE

READS = {
    400: "The address or the body could not be understood.",
    401: "Nobody is signed in; or the token is none of ours, has ended or was revoked.",
    403: "You see it, and your role does not do this; or the token lacks the scope; or the CSRF token is missing.",
    404: "It is not there, or not for you: the two look alike.",
    422: "A parameter or a field is not valid; `errors` names each.",
    429: f"A token made more than {CALLS_A_MINUTE} calls in this minute; try again after `Retry-After` seconds.",
    503: "The server is busy; try again after `Retry-After` seconds.",
}
WRITES = READS | {
    409: "A rule refuses it, and `detail` says which.",
    412: "Somebody saved first: this is another version than the one you saw.",
    413: "The body is larger than what is taken.",
    428: "Say which version you saw.",
}
PROBLEM = {
    "title": "Problem",
    "description": "RFC 9457.",
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "says": {"type": "string"}},
                "required": ["field", "says"],
            },
        },
        "in_the_way": {
            "type": "object",
            "description": "A row that you see, because of which it is refused.",
            "properties": {"id": {"type": "string"}, "number": {"type": "string"}, "url": {"type": "string"}},
            "required": ["id", "number", "url"],
        },
    },
    "required": ["type", "title", "status"],
}
ETAG = {
    "description": "The version of the row, for If-Match with a change of it. It is no validator for caches.",
    "schema": {"type": "string", "pattern": '^"[0-9]+"$'},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of what you saw; instead of it, `version` in the body. Without both: 428.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Chosen by you, another for each thing to be done: repeated within 24 hours, the call is not done "
    "again and answered with the same bytes.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
TOKEN = Token.__name__
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Line:
    """A parameter or a field, for people."""

    name: str
    kind: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class OperationPage:
    id: str
    method: str
    path: str
    summary: str
    text: str
    takes: tuple[Line, ...]
    answers: tuple[tuple[str, str], ...]  # status, what it means
    scope: str  # with which a token may call it; "" where no token may
    leaves_on: date | None  # where it is deprecated: the day from which it may be gone
    instead: str


def described(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with every way in which an operation refuses."""
    made = deepcopy(dict(schema))
    made["components"]["schemas"]["Problem"] = PROBLEM
    made["components"]["responses"] = {str(status): _refusal(text) for status, text in WRITES.items()}
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            _tell_scope(path, method, operation)
            _tell_versions(made, method, operation)
            if method == "post" and any(TOKEN in way for way in operation.get("security", ())):
                operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
            refusals = READS if method == "get" else WRITES
            added = {str(status): {"$ref": f"#/components/responses/{status}"} for status in refusals}
            own = {str(status): answer for status, answer in operation["responses"].items()}
            operation["responses"] = dict(sorted((added | own).items()))
    return made


def _tell_scope(path: str, method: str, operation: Mapping[str, Any]) -> None:
    for way in operation.get("security", ()):
        if TOKEN in way:
            way[TOKEN] = [tokens.scope_wanted(writes=method != "get", area=tokens.area_of(path))]


def _tell_versions(document: Mapping[str, Any], method: str, operation: dict[str, Any]) -> None:
    """Say where an ETag stands, and where If-Match takes the place of a `version` in the body."""
    for answer in operation["responses"].values():
        if any(_has_version(document, content["schema"]) for content in answer.get("content", {}).values()):
            answer["headers"] = {"ETag": ETAG}
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    schema = _resolved(document, body["schema"]) if body else {}
    if method != "get" and "version" in schema.get("properties", {}):
        operation.setdefault("parameters", []).append(IF_MATCH)
        schema["required"] = [name for name in schema.get("required", ()) if name != "version"]


def _has_version(document: Mapping[str, Any], schema: Mapping[str, Any]) -> bool:
    """Tell whether an answer is about one row that has a version, as `versions.version_in` finds it."""
    fields = _resolved(document, schema).get("properties", {})
    inside = [field for field in fields.values() if "version" in _resolved(document, field).get("properties", {})]
    return "version" in fields or len(inside) == 1


def _refusal(text: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": text, "content": content}


def pages_of(document: Mapping[str, Any]) -> dict[str, list[OperationPage]]:
    """Return the operations by their tags, in the order of the document."""
    found: dict[str, list[OperationPage]] = defaultdict(list)
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                page = _page(document, path, method, operations[method])
                found[operations[method].get("tags", ["Other"])[0]].append(page)
    return dict(found)


def _page(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> OperationPage:
    parameters = (Line(p["name"], _kind(p["schema"]), p["required"]) for p in operation.get("parameters", ()))
    return OperationPage(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        text=operation.get("description", ""),
        takes=(*parameters, *_fields(document, operation)),
        answers=tuple(
            (status, _resolved(document, answer)["description"]) for status, answer in operation["responses"].items()
        ),
        scope=next((way[TOKEN][0] for way in operation.get("security", ()) if TOKEN in way), ""),
        leaves_on=date.fromisoformat(operation[deprecation.UNTIL]) if deprecation.UNTIL in operation else None,
        instead=operation.get(deprecation.INSTEAD, ""),
    )


def _fields(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[Line]:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = _resolved(document, content["schema"])
        for name, field in schema.get("properties", {}).items():
            yield Line(name, _kind(field), name in schema.get("required", ()))


def _resolved(document: Mapping[str, Any], schema: Any) -> Any:
    if "$ref" not in schema:
        return schema
    _, _, kind, name = schema["$ref"].split("/")
    return document["components"][kind][name]


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    kind = str(schema.get("format") or schema.get("type") or schema.get("const", "anything"))
    return f"list of {_kind(schema.get('items', {}))}" if kind == "array" else kind
