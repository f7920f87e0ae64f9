"""New items in a plan: one, or many lines in one step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Circle
from consortio.record.log import action, next_number, nothing_changed, record

from .answering import nominate, organisation_of
from .fields import CHECKS, DATELESS, FieldRefused, TooMany, checked
from .importing import SERIES_OF_ITEMS
from .knowing import known_until, refuse_to_come
from .models import Item, Kind, Plan
from .moving import DEPTH_MAX, TooDeep, held_parent, mark_summaries, one_of, paths_after, siblings_in
from .rescheduling import Moved, Moves, reschedule
from .steps import Step
from .tree import keys_between, path_of

LINES_MAX = 500


@dataclass(frozen=True, slots=True)
class NewItem:
    """
    `after_id` is the sibling to stand behind; without one, the last. A milestone needs no duration. A person of another
    organisation is asked (see `answering`).
    """

    name: str
    kind: str = Kind.TASK
    parent_id: UUID | None = None
    after_id: UUID | None = None
    code: str = ""
    note: str = ""
    duration_minutes: int = 0
    percent: int = 0
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    calendar_id: UUID | None = None
    constraint: str = ""
    constraint_at: datetime | None = None
    deadline_at: datetime | None = None
    actual_start_at: datetime | None = None
    actual_finish_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewLine(NewItem):
    """One of many items: `depth` is relative to the first, and says what holds it; where it stands is the step's."""

    depth: int = 0


@action
def add_item(*, actor: Actor, plan_id: UUID, circle_id: UUID, item: NewItem, at: datetime) -> UUID:
    """
    Add an item to a plan, in the plan's circle or in a narrower one: there it is private. Returns its id.

    Raises:
        NotVisible: the plan, or something that the item refers to, is not seen by everybody in the circle.
    """
    circle = access.lock(actor, Permission.PLAN_EDIT, Circle, circle_id)
    plan = access.get(actor, Plan, plan_id)
    parent = held_parent(actor, plan.pk, circle.pk, item.parent_id)
    siblings = siblings_in(actor, plan.pk, circle.pk, item.parent_id)
    row = _row(circle.pk, plan.pk, item, known_until(plan, at))
    (row.path,) = paths_after(siblings, parent.path if parent else "", one_of(siblings, item.after_id), [row.pk])
    _put_into(row, parent)
    asked = _name_people(actor, [(row, item)])
    row.number = next_number(circle.pk, SERIES_OF_ITEMS)
    row.save()
    if row.parent_id:
        mark_summaries(plan.pk, circle.pk, row.parent_id)
    moves = reschedule(actor=actor, plan_id=plan.pk, circle_id=circle.pk, at=at, ties=False)
    record("item.added", row, number=row.number, texts={"name": row.name}, **moves.joint.facts)
    _ask(actor, asked, at)
    return row.pk


@action
def add_items(
    *,
    actor: Actor,
    plan_id: UUID,
    circle_id: UUID,
    items: Sequence[NewLine],
    at: datetime,
    parent_id: UUID | None = None,
    after_id: UUID | None = None,
) -> tuple[tuple[UUID, ...], Moves]:
    """
    Add many items in a row, as their depths say, behind `after_id` or at the end. Returns their ids, and what moved.

    Each leaves an entry; what moved is told in the first.

    Raises:
        TooMany: more than 500.
        FieldRefused: a line is deeper than the one before it holds; the message begins with its name.
    """
    circle = access.lock(actor, Permission.PLAN_EDIT, Circle, circle_id)
    plan = access.get(actor, Plan, plan_id)
    if not items:
        nothing_changed()
        return (), Moves(Moved())
    if len(items) > LINES_MAX:
        raise TooMany(LINES_MAX)
    parent = held_parent(actor, plan.pk, circle.pk, parent_id)
    siblings = siblings_in(actor, plan.pk, circle.pk, parent_id)
    until = known_until(plan, at)
    rows = [_line_row(circle.pk, plan.pk, item, until) for item in items]
    _stack(rows, items, parent, siblings, one_of(siblings, after_id))
    asked = _name_people(actor, list(zip(rows, items, strict=True)))
    last = next_number(circle.pk, SERIES_OF_ITEMS, len(rows))
    for number, row in enumerate(rows, last - len(rows) + 1):
        row.number = number
    access.visible(actor, Item).bulk_create(rows)
    if parent:
        mark_summaries(plan.pk, circle.pk, parent.pk)
    moves = reschedule(actor=actor, plan_id=plan.pk, circle_id=circle.pk, at=at, ties=False)
    for row in rows:
        told = moves.joint.facts if row is rows[0] else {}
        record("item.added", row, number=row.number, together=len(rows), texts={"name": row.name}, **told)
    _ask(actor, asked, at)
    made = tuple(row.pk for row in rows)
    tops = [{"item_id": str(row.pk), "version": 1} for row, item in zip(rows, items, strict=True) if item.depth == 0]
    return made, replace(moves, undo=Step("withdraw_items", {"plan_id": str(plan.pk), "items": tops}), made=made)


def _line_row(circle_id: UUID, plan_id: UUID, item: NewLine, until: datetime) -> Item:
    try:
        return _row(circle_id, plan_id, item, until)
    except FieldRefused as refusal:
        raise FieldRefused(refusal.field, f"{item.name}: {refusal}") from None


def _row(circle_id: UUID, plan_id: UUID, item: NewItem, until: datetime) -> Item:
    """Return the item as a row that has no place yet."""
    said = checked({name: getattr(item, name) for name in CHECKS if name in NewItem.__dataclass_fields__})
    if said["constraint"] not in DATELESS and said["constraint_at"] is None:
        raise FieldRefused("constraint_at", _("Write the day that the constraint is about."))
    refuse_to_come(said, until)
    row = Item(circle_id=circle_id, plan_id=plan_id, parent_id=item.parent_id, depth=0)
    for name, value in said.items():
        setattr(row, name, value)
    row.milestone_end = "finish" if row.kind == Kind.MILESTONE else ""
    return row


def _put_into(row: Item, parent: Item | None) -> None:
    row.parent, row.depth = parent, parent.depth + 1 if parent else 0
    if row.depth > DEPTH_MAX:
        raise TooDeep(parent.name if parent else row.name)


def _stack(
    rows: Sequence[Item], items: Sequence[NewLine], parent: Item | None, siblings: Sequence[Item], before: Item | None
) -> None:
    """Give each row its parent, depth and path."""
    held: dict[Item | None, list[Item]] = {parent: []}
    above: list[Item | None] = [parent]  # by relative depth, what holds a line of it
    for row, item in zip(rows, items, strict=True):
        if not 0 <= item.depth < len(above):
            words = _("It is deeper than the line above it can hold.")
            raise FieldRefused("depth", f"{item.name}: {words}")
        del above[item.depth + 1 :]
        _put_into(row, above[-1])
        held.setdefault(above[-1], []).append(row)
        above.append(row)
        held.setdefault(row, [])
    for holder, inside in held.items():
        pks = [row.pk for row in inside]
        if holder is parent:
            paths = paths_after(siblings, parent.path if parent else "", before, pks)
        else:
            assert holder is not None
            paths = [path_of(holder.path, key) for key in keys_between("", "", pks)] if pks else []
            holder.is_summary = bool(pks)
        for row, path in zip(inside, paths, strict=True):
            row.path = path


def _name_people(actor: Actor, pairs: Sequence[tuple[Item, NewItem]]) -> list[tuple[Item, UUID, UUID]]:
    """Name our own people at once; return who is to be asked for which item, and for which organisation they sit."""
    asked = []
    for row, item in pairs:
        if item.person_id is None:
            continue
        organisation_id = organisation_of(actor, row.circle_id, item.person_id)
        if organisation_id == actor.organisation_id:
            row.person_id = item.person_id
        elif organisation_id:
            asked.append((row, item.person_id, organisation_id))
    return asked


def _ask(actor: Actor, asked: Sequence[tuple[Item, UUID, UUID]], at: datetime) -> None:
    for row, person_id, organisation_id in asked:
        nominate(actor, row, person_id, organisation_id, at)
