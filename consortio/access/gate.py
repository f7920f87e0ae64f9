"""The gate: every read of guarded rows, the fetch that precedes every write, and the transaction around both."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from typing import Any, Literal, ParamSpec, TypeVar, cast
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q

from . import wall
from .actor import Actor, Permission
from .errors import NotPermitted, NotVisible, Stale, Unscoped, VersionMissing
from .questions import Question

Rule = Callable[[Actor], Q]
Kind = Literal["reading", "writing"]
P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
ANY: Any = object()  # the version that system code saves over

_rules: dict[tuple[type[models.Model], Permission], Rule] = {}
_open: ContextVar[bool] = ContextVar("open", default=False)
_under_way: ContextVar[tuple[Actor | None, Kind] | None] = ContextVar("under_way", default=None)
_kept: ContextVar[dict[object, Any] | None] = ContextVar("kept", default=None)


def visible(actor: Actor, model: type[models.Model]) -> models.QuerySet:
    """Return the rows this actor may see, ready to be filtered further."""

    def made() -> models.QuerySet:
        with opened():
            return model._default_manager.filter(condition(actor, model))

    return once(("visible", actor, model), made).all()  # a copy, which has asked nothing yet


def condition(actor: Actor, model: type[models.Model]) -> Q:
    """Return the one rule of visibility: the row's circle is one the actor sits in now."""
    if model.seen_through:
        named = Q()
        for label, column in model.seen_through:
            named |= Q(pk__in=visible(actor, apps.get_model(label)).exclude(**{column: None}).values(column))
        return named
    if actor.link_id:
        with opened():
            public = apps.get_model("access.Circle")._default_manager.filter(kind="public")
        return Q(**{f"{model.seen_by}__in": public.filter(pk=actor.link_id).values("pk")})

    own = once(("seats", actor), lambda: _SEATED.inside(actor))
    return Q(**{f"{model.seen_by}__in": own})


def _seated(actor: Actor) -> models.QuerySet:
    with opened():
        seats = apps.get_model("access.Seat")._default_manager.filter(ended_at=None)
    return seats.filter(person=actor.person_id, organisation=actor.organisation_id).values("circle")


_SEATED = Question(_seated, Actor)


def common(actor: Actor, model: type[models.Model], circle_id: UUID) -> models.QuerySet:
    """Return the rows that everybody in the circle sees: what totals, counts and orders of it are made from."""
    return visible(actor, model).filter(**{f"{model.seen_by}__in": _WIDER.inside(actor, circle_id)})


def _wider(actor: Actor, circle_id: UUID) -> models.QuerySet:
    return visible(actor, apps.get_model("access.Within")).filter(circle=circle_id).values("wider")


_WIDER = Question(_wider, Actor, UUID)


def get(actor: Actor, model: type[models.Model], pk: UUID, *related: str) -> Any:
    """Return one row to show, or raise NotVisible."""
    row = _row_of(model, related).first(actor, pk)
    if row is None:
        raise NotVisible
    return row


@cache
def _row_of(model: type[models.Model], related: tuple[str, ...]) -> Question:
    return Question(lambda actor, pk: _row_to_show(actor, model, pk).select_related(*related), Actor, UUID)


def _row_to_show(actor: Actor, model: type[models.Model], pk: UUID) -> models.QuerySet:
    return visible(actor, model).filter(pk=pk)


def lock(actor: Actor, permission: Permission, model: type[models.Model], pk: UUID, version: int | None = None) -> Any:
    """
    Fetch one row for a write: seen, permitted, current, and locked until the transaction ends.

    Rows that only the system writes (circles) are not locked: what an actor reads of them does not change.

    Raises:
        NotVisible: there is no such row for this actor.
        NotPermitted: the actor sees the row but may not do this.
        VersionMissing: people edit such rows, and it was not said which version they saw.
        Stale: the row has moved on from the version that the actor saw.
        TypeError: organisations, people and partnerships are in no circle, so no role grants anything there.
    """
    if model.seen_through:
        raise TypeError(f"{model.__name__} is in no circle: lock the circle that keeps its facts")
    row = _locked_row_of(model).first(actor, pk)
    if row is None:
        raise NotVisible
    if permission not in granted_now(actor, getattr(row, row.seen_by)) or not _rule_agrees(actor, permission, row):
        raise NotPermitted(permission)
    if model.versioned and version is None:
        raise VersionMissing(model.__name__)
    if model.versioned and version is not ANY and row.version != version:
        raise Stale(row, version)
    return row


@cache
def _locked_row_of(model: type[models.Model]) -> Question:
    return Question(lambda actor, pk: _row_to_write(actor, model, pk), Actor, UUID)


def _row_to_write(actor: Actor, model: type[models.Model], pk: UUID) -> models.QuerySet:
    row = visible(actor, model).filter(pk=pk)
    # NO KEY: rows that refer to this one may be added meanwhile, which would otherwise deadlock with the record.
    return row.select_for_update(no_key=True, of=("self",)) if model.written_by == "actor" else row


def granted_now(actor: Actor, circle_id: UUID) -> frozenset[str]:
    """
    Return what the actor's role grants in a circle, asked anew: a demotion since the request began counts at once.

    Roles lie in the joint circle, so the right to publish in a public one comes from there.
    """
    own = _ROLE.first(actor, circle_id)
    if own is None:
        return frozenset()
    kind, partnership_id, permissions = own
    if kind == "public":
        joint = _roles(actor).filter(circle__kind="joint", circle__partnership=partnership_id)
        granted = frozenset(joint.values_list("role__permissions", flat=True).first() or ())
        return granted if Permission.CIRCLE_PUBLISH in granted else frozenset(permissions or ())
    return frozenset(permissions or ())


def _roles(actor: Actor) -> models.QuerySet:
    return visible(actor, apps.get_model("access.Seat")).filter(
        person=actor.person_id, organisation=actor.organisation_id, ended_at=None
    )


def _role(actor: Actor, circle_id: UUID) -> models.QuerySet:
    own = _roles(actor).filter(circle=circle_id)
    return own.order_by("pk").values_list("circle__kind", "circle__partnership", "role__permissions")


_ROLE = Question(_role, Actor, UUID)


def can(actor: Actor, permission: Permission, row: models.Model) -> bool:
    """Tell whether the actor's role in the row's own circle granted this when the request began: for buttons."""
    granted = actor.permissions.get(getattr(row, row.seen_by), ())
    return permission in granted and _rule_agrees(actor, permission, row)


def _rule_agrees(actor: Actor, permission: Permission, row: models.Model) -> bool:
    extra = _rules.get((type(row), permission))
    return extra is None or visible(actor, type(row)).filter(extra(actor), pk=row.pk).exists()


def permit(actor: Actor, permission: Permission, model: type[models.Model]) -> Q:
    """Return the condition under which `can` is true, to mark the rows of a list in the same query."""
    circles = [circle for circle, granted in actor.permissions.items() if permission in granted]
    return Q(**{f"{model.seen_by}__in": circles}) & _rules.get((model, permission), lambda _: Q())(actor)


def rule(model: type[models.Model], permission: Permission) -> Callable[[Rule], Rule]:
    """Register the decorated function as what one permission asks beyond the role."""

    def register(function: Rule) -> Rule:
        _rules[model, permission] = function
        return function

    return register


def read(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a function of `reads`: it takes keywords only and runs for its `actor`."""

    @wraps(function)
    def inner(*none: P.args, **arguments: P.kwargs) -> R:
        with reading(arguments["actor"]):  # type: ignore[arg-type]  # every read has one
            return function(*none, **arguments)

    return inner


def once(key: object, make: Callable[[], T]) -> T:
    """
    Return what `make` answers, asked once in one reading: its snapshot is for one actor and does not change.

    Inside an action, where it may, `make` is asked each time.
    """
    kept = _kept.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    return cast(T, kept[key])


@contextmanager
def reading(actor: Actor) -> Iterator[None]:
    """Read one state of the database for this actor. On PostgreSQL the database knows the actor too."""
    with _for(actor, "reading"):
        yield


@contextmanager
def as_other_hat(actor: Actor, other: Actor) -> Iterator[None]:
    """Read for one person under another of their hats, within a page's reading under the first."""
    if _under_way.get() != (actor, "reading") or not _are_hats_of_one(actor, other):
        raise Unscoped(f"{other} inside {_under_way.get()}: a page reads under its own reader's hats only")
    with _set(other, "reading"), wall.other_hat(actor, other):
        yield


def _are_hats_of_one(actor: Actor, other: Actor) -> bool:
    """Tell it of pages: a token is for one organisation, and nobody comes by a link or a mail as a person."""
    is_somebody = actor.person_id is not None and other.organisation_id is not None
    is_one = actor.person_id == other.person_id and actor.organisation_id != other.organisation_id
    return is_somebody and is_one and actor.door == other.door == "web" and not (actor.link_id or other.link_id)


@contextmanager
def writing(actor: Actor) -> Iterator[None]:
    """Write for this actor, all or nothing."""
    with _for(actor, "writing"):
        yield


@contextmanager
def unscoped(reason: str) -> Iterator[None]:
    """Open the gate for code that serves nobody in particular, and say why. Outside an action it only reads."""
    assert reason
    outer = _under_way.get()
    if outer and outer[0] is None:
        with opened():
            yield
        return
    with _set(None, outer[1] if outer else "reading"), opened():
        with wall.down() if outer else wall.transaction(None, writes=False):
            yield


@contextmanager
def as_system(reason: str) -> Iterator[None]:
    """Write for nobody in particular, all or nothing: what `@system_action` runs in."""
    assert reason
    if _under_way.get():
        raise Unscoped("a system action stands alone")
    with _set(None, "writing"), opened(), wall.transaction(None, writes=True):
        yield


@contextmanager
def opened() -> Iterator[None]:
    """Let a queryset be made. Only `access` itself does this."""
    token = _open.set(True)
    try:
        yield
    finally:
        _open.reset(token)


@contextmanager
def _for(actor: Actor, kind: Kind) -> Iterator[None]:
    outer = _under_way.get()
    if outer in ((actor, kind), (actor, "writing")):
        yield
        return
    if outer:
        raise Unscoped(f"{kind} for {actor} inside {outer}: one transaction, one actor")
    with _set(actor, kind), wall.transaction(actor, writes=kind == "writing"):
        yield


@contextmanager
def _set(actor: Actor | None, kind: Kind) -> Iterator[None]:
    token = _under_way.set((actor, kind))
    kept = _kept.set({} if actor is not None and kind == "reading" else None)
    try:
        yield
    finally:
        _kept.reset(kept)
        _under_way.reset(token)


def require_open(model: type[models.Model]) -> None:
    if not _open.get():
        raise Unscoped(f"{model.__name__}: ask consortio.access for the rows an actor may see")


def require_under_way(model: type[models.Model]) -> None:
    if not _under_way.get():
        raise Unscoped(f"{model.__name__}: queried outside access.reading, an action or access.unscoped")


def require_writing(model: type[models.Model], written_by: str) -> None:
    """Writes happen in actions; those that change who sees or may do what, and deletions, in `unscoped` there."""
    actor, kind = _under_way.get() or (None, "reading")
    if kind != "writing":
        raise Unscoped(f"{model.__name__}: rows are written by actions only")
    if actor is not None and written_by == "system":
        raise Unscoped(f"{model.__name__}: written by the system only, inside access.unscoped")
