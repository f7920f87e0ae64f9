"""What the forms of an item show and offer: its values, and the rows it may refer to, that everybody beside it sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Seat, Within
from consortio.circles.reads import audience_of
from consortio.ui.marks import Audience

from .entering import Hours, hours_of
from .heads import PlanHead, head_of
from .models import Calendar, Item, Kind, Link
from .neutral import office_week
from .rows import LinkRow, Ref, link_row_of, number_of, ref_of
from .rules import may_redate
from .tree import end_of

PARENTS_MAX, LINKS_MAX, FOUND_MAX, WORDS_MIN = 300, 200, 12, 2
VALUES = (
    "name", "note", "kind", "code", "parent_id", "organisation_id", "person_id", "calendar_id", "duration_minutes",
    "remaining_minutes", "percent", "is_manual", "is_active", "constraint", "constraint_at", "deadline_at",
    "actual_start_at", "actual_finish_at", "stored_start_at", "stored_finish_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list to choose from."""

    id: UUID
    words: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Somebody:
    id: UUID
    name: str
    organisation_id: UUID | None  # none of whoever has no seat there any more
    organisation: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A link by which the item waits for another one."""

    link_id: UUID
    version: int
    item: Ref
    type: str
    lag_minutes: int  # of a percentage: tenths of a percent
    lag_kind: str
    is_private: bool  # binds in a narrower circle than the plan's


@dataclass(frozen=True, slots=True)
class EditPage:
    head: PlanHead
    id: UUID
    number: str
    circle_id: UUID
    audience: Audience
    version: int
    is_withdrawn: bool
    values: Mapping[str, Any]  # by the item's own columns
    has_children: bool
    hours: Hours  # what a bare day means on the item's calendar
    parents: tuple[Choice, ...]  # in the order of the tree
    people: tuple[Somebody, ...]  # by organisation, by name
    calendars: tuple[Choice, ...]
    predecessors: tuple[Waiting, ...]
    may_edit: bool
    may_progress: bool  # say how far one's own items are
    may_redate: bool  # say when this one can begin, and how much work it is


@access.read
def edit_page(*, actor: Actor, item_id: UUID, even_withdrawn: bool = False) -> EditPage:
    """Return an item with all that its form offers. Raises: NotVisible, as a rule also for one that was withdrawn."""
    item = access.visible(actor, Item).filter(pk=item_id).select_related("calendar", "person").first()
    if item is None or (item.withdrawn_at and not even_withdrawn):
        raise access.NotVisible
    plan, head = head_of(actor, item.plan_id)
    circle = head.circles.get(item.circle_id, head.circle)
    granted = actor.permissions.get(item.circle_id, frozenset())
    holds = access.visible(actor, Item).filter(parent=item.pk, withdrawn_at=None).exists()
    calendars = list(access.common(actor, Calendar, item.circle_id).filter(plan=plan).order_by("name", "pk"))
    own = item.calendar or next((one for one in calendars if one.pk == plan.calendar_id), None)
    return EditPage(
        head=head,
        id=item.pk,
        number=number_of(head, item),
        circle_id=item.circle_id,
        audience=audience_of(actor=actor, circle_id=circle.id, kind=circle.kind, members=head.members),
        version=item.version,
        is_withdrawn=item.withdrawn_at is not None,
        values={name: getattr(item, name) for name in VALUES},
        has_children=holds,
        hours=hours_of(own.week if own and own.week else office_week()),
        parents=_parents(actor, head, item),
        people=_people_for(actor, head, item),
        calendars=tuple(Choice(one.pk, one.name) for one in calendars),
        predecessors=_predecessors(actor, head, item),
        may_edit=Permission.PLAN_EDIT in granted,
        may_progress=Permission.PROGRESS_UPDATE in granted,
        may_redate=may_redate(actor, granted, item),
    )


def _parents(actor: Actor, head: PlanHead, item: Item) -> tuple[Choice, ...]:
    """Return what may hold the item: what holds others or is a phase already, and nothing that lies below it."""
    return _holding(actor, head.id, item.circle_id, Q(pk=item.parent_id), ~_below(item))


def _below(item: Item) -> Q:
    return Q(path__gte=item.path, path__lt=end_of(item.path))


def _holding(actor: Actor, plan_id: UUID, circle_id: UUID, also: Q, only: Q) -> tuple[Choice, ...]:
    rows = access.common(actor, Item, circle_id).filter(only, plan=plan_id, withdrawn_at=None)
    rows = rows.filter(Q(is_summary=True) | Q(kind=Kind.PHASE) | also).order_by("path", "pk")
    return tuple(Choice(pk, name, depth) for pk, name, depth in rows.values_list("pk", "name", "depth")[:PARENTS_MAX])


@access.read
def parents_of(*, actor: Actor, plan_id: UUID, circle_id: UUID, also: UUID | None = None) -> tuple[Choice, ...]:
    """
    Return what may hold new items: what holds others or is a phase, as far as everybody in the circle sees it.

    Args:
        also: an item that may come to hold some.
    """
    return _holding(actor, plan_id, circle_id, Q(pk=also), Q())


@access.read
def circles_within(*, actor: Actor, circle_id: UUID) -> frozenset[UUID]:
    """Return the circles whose people all sit in this one, as far as the actor sits in them; itself among them."""
    return frozenset(access.visible(actor, Within).filter(wider=circle_id).values_list("circle_id", flat=True))


@access.read
def circle_of(*, actor: Actor, item_id: UUID) -> UUID:
    """Raises: NotVisible."""
    return access.get(actor, Item, item_id).circle_id


@access.read
def version_of(*, actor: Actor, item_id: UUID) -> int:
    """Raises: NotVisible."""
    return access.get(actor, Item, item_id).version


def _predecessors(actor: Actor, head: PlanHead, item: Item) -> tuple[Waiting, ...]:
    rows = access.visible(actor, Link).filter(successor=item.pk, withdrawn_at=None, predecessor__withdrawn_at=None)
    rows = rows.select_related("predecessor").order_by("predecessor__path", "pk")[:LINKS_MAX]
    return tuple(
        Waiting(
            link_id=row.pk,
            version=row.version,
            item=ref_of(head, row.predecessor),
            type=row.type,
            lag_minutes=row.lag_minutes,
            lag_kind=row.lag_kind,
            is_private=row.circle_id != head.circle.id,
        )
        for row in rows
    )


def _people_for(actor: Actor, head: PlanHead, item: Item) -> tuple[Somebody, ...]:
    """Return who can answer for an item, and who does, even without a seat: saving anything else leaves them there."""
    found = people_of(actor, item.circle_id)
    if item.person is None or item.person_id in {one.id for one in found}:
        return found
    return (*found, Somebody(item.person_id, item.person.name, None, _("former member"), is_ours=False))


def people_of(actor: Actor, circle_id: UUID) -> tuple[Somebody, ...]:
    """Return who has a seat in a circle, by organisation, by name; one query."""
    seats = access.visible(actor, Seat).filter(circle=circle_id, ended_at=None).exclude(role=None)
    columns = ("person_id", "person__name", "organisation_id", "organisation__name")
    rows = seats.order_by("organisation__name", "person__name", "pk").values_list(*columns).distinct()
    return tuple(Somebody(*row, is_ours=row[2] == actor.organisation_id) for row in rows)


@access.read
def find_items(*, actor: Actor, plan_id: UUID, text: str, circle_id: UUID | None = None) -> tuple[Ref, ...]:
    """
    Return the items of a plan whose number is the text, or whose name or code holds it, the best first.

    Args:
        circle_id: only what everybody in this circle sees; without it, what the actor sees.
    """
    _plan, head = head_of(actor, plan_id)
    rows = access.common(actor, Item, circle_id) if circle_id else access.visible(actor, Item)
    rows = rows.filter(plan=plan_id, withdrawn_at=None)
    text = text.strip()
    if len(text) < WORDS_MIN:
        return ()
    named = rows.filter(Q(name__icontains=text) | Q(code__iexact=text) | _numbered(head, text))
    columns = ("pk", "circle_id", "number", "name")
    found = [ref_of(head, one) for one in named.order_by("path", "pk").values_list(*columns, named=True)[:200]]
    return tuple(sorted(found, key=lambda one: _rank(one, text))[:FOUND_MAX])


def _numbered(head: PlanHead, text: str) -> Q:
    """Return the condition of a number as it is written: "I-19", "KRAN/I-3"."""
    mark, _sign, number = text.upper().rpartition("I-")
    if not number.isdecimal() or len(number) > 9:
        return Q(pk=None)
    circles = [ref.id for ref in (head.circle, *head.circles.values()) if ref.mark.upper() == mark]
    return Q(number=int(number), circle__in=circles)


def _rank(ref: Ref, text: str) -> tuple[int, int]:
    same = [ref.number.casefold(), ref.name.casefold()]
    wanted = text.casefold()
    return (0 if wanted in same else 1 if same[1].startswith(wanted) else 2, len(ref.name))


@access.read
def one_item(*, actor: Actor, plan_id: UUID, text: str, circle_id: UUID) -> Ref | tuple[Ref, ...]:
    """Return the one item that the words mean, or those it could be: none, or several."""
    found = find_items(actor=actor, plan_id=plan_id, text=text, circle_id=circle_id)
    exact = [one for one in found if text.strip().casefold() in (one.number.casefold(), one.name.casefold())]
    sure = exact if len(exact) == 1 else found if len(found) == 1 else ()
    return sure[0] if sure else found


@access.read
def plan_head(*, actor: Actor, plan_id: UUID) -> PlanHead:
    """Return what every page of a plan says of it. Raises: NotVisible."""
    return head_of(actor, plan_id)[1]


@dataclass(frozen=True, slots=True)
class CalendarRow:
    id: UUID
    name: str
    whose: str  # plan, organisation or person
    circle_id: UUID


@access.read
def calendars_of(*, actor: Actor, plan_id: UUID) -> tuple[CalendarRow, ...]:
    """Return a plan's calendars that the actor sees, by name. Raises: NotVisible."""
    head_of(actor, plan_id)
    rows = access.visible(actor, Calendar).filter(plan=plan_id).order_by("name", "pk")
    return tuple(CalendarRow(row.pk, row.name, _whose(row), row.circle_id) for row in rows)


def _whose(row: Calendar) -> str:
    return "person" if row.person_id else "organisation" if row.organisation_id else "plan"


@dataclass(frozen=True, slots=True)
class LinkPage:
    plan_id: UUID
    successor_id: UUID
    type: str
    lag_minutes: int
    lag_kind: str
    day_minutes: int


@access.read
def link_page(*, actor: Actor, link_id: UUID) -> LinkPage:
    """Raises: NotVisible."""
    row = access.get(actor, Link, link_id, "plan")
    return LinkPage(row.plan_id, row.successor_id, row.type, row.lag_minutes, row.lag_kind, row.plan.day_minutes)


@access.read
def link_row(*, actor: Actor, link_id: UUID) -> LinkRow:
    """Return a link as lists show it. Raises: NotVisible, also for one that was withdrawn."""
    row = access.get(actor, Link, link_id, "plan")
    if row.withdrawn_at:
        raise access.NotVisible
    return link_row_of(row, row.plan.circle_id)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    item: Ref
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class WithdrawnPage:
    head: PlanHead
    items: tuple[Withdrawn, ...]  # the latest first
    total: int
    before: int


@access.read
def withdrawn_page(*, actor: Actor, plan_id: UUID, before: int = 0, most: int = 50) -> WithdrawnPage:
    """Return what was taken out of a plan and can be brought back, the latest first."""
    _plan, head = head_of(actor, plan_id)
    rows = access.visible(actor, Item).filter(plan=plan_id).exclude(withdrawn_at=None)
    found = rows.order_by("-withdrawn_at", "path", "pk")[before : before + most]
    made = tuple(Withdrawn(ref_of(head, one), one.version, one.withdrawn_at) for one in found)
    return WithdrawnPage(head, made, rows.count(), before)
