"""Drafting goals, agreeing on them, seeing how they stand. What was agreed on comes into force in `agreeing`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Invalid, Permission, Refused
from consortio.access.models import Circle, Kind
from consortio.access.said import said_text
from consortio.approvals.actions import propose
from consortio.approvals.reads import open_about
from consortio.partnerships.reads import partnership
from consortio.record.log import action, next_number, nothing_changed, record

from .agreeing import GOAL, GOAL_END, keep_version, write_terms
from .models import Goal, GoalKind, GoalState, Opinion
from .rules import ENDS, JOINT_MAX, is_open, may_end
from .terms import GoalTerms, as_kept, as_plain, changed, checked_terms, terms_of
from .waited import ITEMS_MAX as ITEMS_MAX
from .waited import checked_items, keep_items, linked_items

SERIES, OPINION_MAX = "G", 1_000


class Agreed(Refused):
    """What the members agreed on changes by another agreement only."""


class Ended(Refused):
    """A goal that was reached, missed or given up stays as it is."""


class NothingDifferent(Refused):
    """A proposal changes something."""


class WhichGoes(Refused):
    """A sixth joint goal stands only where one of the others goes, or where all are kept knowingly."""


@action
def draft_goal(
    *,
    actor: Actor,
    circle_id: UUID,
    terms: GoalTerms,
    at: datetime,
    external_id: str = "",
    imported_id: UUID | None = None,
) -> UUID:
    """
    Write a goal down, for the people of a circle. Nobody is held to it before it is agreed on, or adopted.

    Args:
        external_id: what it is called in the file of the import that it came with.

    Raises:
        Invalid: a field, by name, and what was expected.
    """
    circle = access.lock(actor, Permission.PLAN_EDIT, Circle, circle_id)
    kept = checked_terms(actor, circle.pk, terms, None)
    goal = Goal(circle=circle, number=next_number(circle.pk, SERIES), **as_kept(kept))
    goal.external_id, goal.imported_id = external_id, imported_id
    goal.save()
    record("goal.drafted", goal, number=goal.number, texts={"name": goal.name})
    return goal.pk


@action
def change_goal(*, actor: Actor, goal_id: UUID, version: int | None, changes: Mapping[str, Any], at: datetime) -> None:
    """
    Put other values in some fields of a draft, or of a goal of one's own side; what is left out stands.

    Raises:
        Agreed: the members agreed on it, so a change is proposed.
        Ended.
        Invalid: a field, by name, and what was expected.
    """
    goal = access.lock(actor, Permission.PLAN_EDIT, Goal, goal_id, version=version)
    _require_open(goal)
    if _is_shared(actor, goal) and goal.agreed_number:
        raise Agreed(_("The members agreed on this goal: propose to all of them what is to be different."))
    before = terms_of(goal)
    kept = checked_terms(actor, goal.circle_id, changed(before, changes), goal)
    if kept == before:
        return nothing_changed()
    write_terms(goal, kept)
    goal.save()
    told = {name: (old, new) for name, old, new in _differing(as_plain(before), as_plain(kept))}
    record("goal.changed", goal, changes=told)


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[tuple[str, Any, Any]]:
    return [(name, before[name], after[name]) for name in after if before[name] != after[name]]


@action
def propose_goal(
    *,
    actor: Actor,
    goal_id: UUID,
    version: int | None,
    days: int,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
    instead_of: UUID | None = None,
    keeps_all: bool = False,
    item_ids: Sequence[UUID] | None = None,
) -> UUID:
    """
    Put a draft to all members, or what is to be different of a goal that they agreed on. Returns the proposal's id.

    Args:
        changes: fields that are to have other values; what is left out stands.
        instead_of: a goal that is given up with the same yes, where there are five; `keeps_all` keeps all, knowingly.
        item_ids: those that a milestone is to wait for; the ones that it waits for now, if nothing is said.

    Raises:
        NothingDifferent, Ended, WhichGoes.
        Invalid: a field, by name, and what was expected.
    """
    goal = access.lock(actor, Permission.PLAN_EDIT, Goal, goal_id, version=version)
    _require_open(goal)
    if not _is_shared(actor, goal):
        raise Agreed(_("Only goals of all members are agreed on by all; this one its own side adopts."))
    before = terms_of(goal)
    wanted = checked_terms(actor, goal.circle_id, changed(before, changes or {}), goal)
    items = _items_of(actor, goal, wanted, item_ids)
    is_same = wanted == before and (items is None or set(items) == set(linked_items(actor, goal.pk)))
    if goal.agreed_number and is_same:
        raise NothingDifferent(_("This is what holds already: change at least one field."))
    if not goal.agreed_number:
        _make_room(actor, goal, instead_of, keeps_all)
    content = as_plain(wanted) | {"instead_of": str(instead_of) if instead_of else None}
    if items is not None:
        content["items"] = [str(pk) for pk in items]
    own = {"circle_id": goal.circle_id, "kind": GOAL, "content": content, "subject_id": goal.pk}
    return propose(actor=actor, days=days, reason=reason, at=at, **own)


def _items_of(actor: Actor, goal: Goal, wanted: GoalTerms, item_ids: Sequence[UUID] | None) -> list[UUID] | None:
    """Return what a milestone is to wait for; none of a measure."""
    if wanted.kind != GoalKind.MILESTONE:
        return None
    return linked_items(actor, goal.pk) if item_ids is None else checked_items(actor, goal.circle_id, item_ids)


def _make_room(actor: Actor, goal: Goal, instead_of: UUID | None, keeps_all: bool) -> None:
    agreed = access.visible(actor, Goal).filter(circle=goal.circle_id, state=GoalState.AGREED)
    if instead_of is not None:
        if not agreed.filter(pk=instead_of).exists():
            raise Invalid("instead_of", _("Choose one of the goals that the members agreed on."))
    elif not keeps_all and (count := agreed.count()) >= JOINT_MAX:
        words = _("The members have agreed on %(count)s goals, and more than five are none. Which one goes?")
        raise WhichGoes(words % {"count": count})


@action
def adopt_goal(*, actor: Actor, goal_id: UUID, version: int | None, at: datetime) -> None:
    """Take a draft of one's own side, or of a side circle, as a goal from now on."""
    goal = access.lock(actor, Permission.PLAN_EDIT, Goal, goal_id, version=version)
    _require_open(goal)
    if _is_shared(actor, goal):
        raise Agreed(_("A goal of all members is agreed on by all: propose it."))
    if goal.state == GoalState.AGREED:
        return nothing_changed()
    keep_version(goal, terms_of(goal), None, at)
    goal.save()
    record("goal.adopted", goal, number=goal.agreed_number)


@action
def propose_end(
    *, actor: Actor, goal_id: UUID, version: int | None, end: str, days: int, at: datetime, reason: str = ""
) -> UUID:
    """Put to all members that a goal is reached, missed or given up. Returns the proposal's id."""
    goal = access.lock(actor, Permission.PLAN_EDIT, Goal, goal_id, version=version)
    _require_end(goal, end)
    if not _is_shared(actor, goal):
        raise Agreed(_("This goal is not one of all members: its own side says how it ended."))
    own = {"circle_id": goal.circle_id, "kind": GOAL_END, "content": {"state": end}, "subject_id": goal.pk}
    return propose(actor=actor, days=days, reason=reason, at=at, **own)


@action
def end_goal(*, actor: Actor, goal_id: UUID, version: int | None, end: str, at: datetime, reason: str = "") -> None:
    """Say how a goal of one's own side, or of a side circle, has ended."""
    goal = access.lock(actor, Permission.PLAN_EDIT, Goal, goal_id, version=version)
    _require_end(goal, end)
    if _is_shared(actor, goal):
        raise Agreed(_("A goal of all members ends when all agree: propose it."))
    goal.state, goal.decided_at = end, at
    goal.save(update_fields=["state", "decided_at"])
    record("goal.ended", goal, state=end, texts={"reason": reason})


@action
def withdraw_goal(*, actor: Actor, goal_id: UUID, version: int | None, at: datetime) -> None:
    """
    Take back a draft that nobody agreed on; its number is not given again.

    Raises:
        Agreed: it was agreed on, or is put to all members: who proposed it withdraws that first.
    """
    goal = access.lock(actor, Permission.PLAN_EDIT, Goal, goal_id, version=version)
    if goal.agreed_number:
        raise Agreed(_("This goal was agreed on: it ends, and is not taken back."))
    if goal.withdrawn_at:
        return nothing_changed()
    if _is_proposed(actor, goal, at):
        raise Agreed(_("This goal is put to all members: whoever proposed it withdraws that proposal first."))
    goal.withdrawn_at = at
    goal.save(update_fields=["withdrawn_at"])
    record("goal.withdrawn", goal)


@action
def restore_goal(*, actor: Actor, goal_id: UUID, version: int | None, at: datetime) -> None:
    goal = access.lock(actor, Permission.PLAN_EDIT, Goal, goal_id, version=version)
    if goal.withdrawn_at is None:
        return nothing_changed()
    goal.withdrawn_at = None
    goal.save(update_fields=["withdrawn_at"])
    record("goal.restored", goal)


@action
def give_opinion(*, actor: Actor, goal_id: UUID, confidence: int, at: datetime, words: str = "") -> UUID:
    """
    Say for one's organisation how sure it is that a goal will be reached, and why; the newest opinion stands.

    Raises:
        Invalid: a field, by name, and what was expected.
    """
    goal = access.lock(actor, Permission.PROGRESS_UPDATE, Goal, goal_id, version=access.ANY)
    _require_open(goal)
    if not 0 <= confidence <= 100:
        raise Invalid("confidence", _("Confidence: a whole number of percent, from 0 to 100."))
    text = said_text("words", words, OPINION_MAX)
    own = {"organisation_id": actor.organisation_id, "person_id": actor.person_id, "given_at": at}
    opinion = Opinion(circle_id=goal.circle_id, goal=goal, confidence=confidence, words=text, **own)
    opinion.save()
    record("goal.viewed", goal, confidence=confidence, texts={"words": text})
    return opinion.pk


@action
def link_items(*, actor: Actor, goal_id: UUID, version: int | None, item_ids: Sequence[UUID], at: datetime) -> None:
    """
    Say for which items of a plan a goal waits, or rests on: these, and no others any more.

    Raises:
        Agreed: of a milestone of all members they are part of what was agreed on.
        Invalid: an item is not there for everybody who sees the goal, or there are too many.
    """
    goal = access.lock(actor, Permission.PLAN_EDIT, Goal, goal_id, version=version)
    _require_open(goal)
    if goal.kind == GoalKind.MILESTONE and goal.agreed_number and _is_shared(actor, goal):
        raise Agreed(_("The members agreed on the items that it waits for: propose to all of them which it is to be."))
    wanted = checked_items(actor, goal.circle_id, item_ids)
    if not keep_items(actor, goal, wanted, at):
        return nothing_changed()
    goal.save(update_fields=[])
    record("goal.linked", goal, items=len(wanted))


def _is_shared(actor: Actor, goal: Goal) -> bool:
    """Tell whether a goal is one of all members, so that only all of them agree on it."""
    circle = access.get(actor, Circle, goal.circle_id)
    return circle.kind == Kind.JOINT and circle.organisation_id is None


def _is_proposed(actor: Actor, goal: Goal, at: datetime) -> bool:
    if not _is_shared(actor, goal):
        return False
    here = partnership(actor=actor, partnership_id=access.get(actor, Circle, goal.circle_id).partnership_id)
    return bool(open_about(actor=actor, kind=GOAL, here=here, at=at, subject_id=goal.pk))


def _require_open(goal: Goal) -> None:
    if not is_open(goal.state) or goal.withdrawn_at:
        raise Ended(_("This goal has ended; it stays as it is."))


def _require_end(goal: Goal, end: str) -> None:
    if end not in ENDS:
        raise Invalid("end", _("A goal ends as achieved, missed or retired."))
    if not may_end(goal.state, end):
        raise Ended(_("Only a goal that was agreed on, and has not ended, comes to an end."))
