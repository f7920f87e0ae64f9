"""
Keeping the dates of a plan. In a circle of one organisation, or of some, whoever edits the plan takes a baseline; of a
joint plan with several members it is proposed with the dates of that moment, and taken when every member has agreed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import ANY, Actor, Permission, Refused
from consortio.access.models import Circle, Kind
from consortio.approvals.actions import propose
from consortio.approvals.reads import ProposalRow, open_about
from consortio.partnerships.reads import Member, partnership
from consortio.record.log import action, record

from .fields import FieldRefused
from .heads import PlanHead
from .models import Baseline, BaselineItem, Item, Plan, Schedule, Scheduled
from .models import Kind as ItemKind
from .rescheduling import reschedule

BASELINE = "baseline"
MILESTONES_MAX = 30  # that a proposal tells of one by one
Dates = tuple[str, str | None, str | None, int | None]  # an item's id, start, finish and minutes: what a proposal keeps


class AgreedByAll(Refused):
    """A baseline of joint work is what every member is measured against, so none takes it alone."""


class NameTaken(FieldRefused):
    """Of two baselines with one name nobody could say which is meant."""


class DatesOutdated(Refused):
    """What everybody is measured against are dates that follow from the plan, not those from before its last edits."""


@action
def take_baseline(*, actor: Actor, plan_id: UUID, name: str, at: datetime) -> UUID:
    """
    Keep the plan's dates, as everybody in its circle sees them now. Returns the baseline's id.

    Raises:
        AgreedByAll: the plan is joint work of several members: see `propose_baseline`.
        DatesOutdated: the dates follow in a job, or wait for one.
    """
    plan = access.lock(actor, Permission.PLAN_EDIT, Plan, plan_id, version=ANY)
    circle = access.get(actor, Circle, plan.circle_id)
    if circle.kind == Kind.JOINT and is_agreed_by_all(circle.kind, _members(actor, circle)):
        raise AgreedByAll(_("Every member agrees to a baseline of a joint plan: propose it."))
    _refuse_outdated(actor, plan)
    _refuse_taken(actor, plan, name)
    return keep_baseline(actor, plan, name, dates_of(actor, plan), taken_at=at, at=at).pk


@action
def propose_baseline(*, actor: Actor, plan_id: UUID, name: str, days: int, at: datetime, reason: str = "") -> UUID:
    """
    Propose the dates of now as the baseline of a joint plan. Returns the proposal's id.

    Raises:
        DatesOutdated: the dates follow in a job, or wait for one.
    """
    plan = access.lock(actor, Permission.PLAN_EDIT, Plan, plan_id, version=ANY)
    _refuse_outdated(actor, plan)
    _refuse_taken(actor, plan, name)
    dates = dates_of(actor, plan)
    ends = [finish for _pk, _start, finish, _minutes in dates if finish]
    content = {
        "name": name,
        "plan": plan.name,
        "as_of": at.isoformat(),
        "items": len(dates),
        "finish": max(ends, default=None),
        "milestones": _milestones(actor, plan, dates),
    }
    own = {"circle_id": plan.circle_id, "kind": BASELINE, "subject_id": plan.pk, "content": content, "snapshot": dates}
    return propose(actor=actor, days=days, reason=reason, at=at, **own)


def _refuse_outdated(actor: Actor, plan: Plan) -> None:
    own = access.visible(actor, Schedule).filter(plan=plan, circle=plan.circle_id)
    if own.exclude(outdated_at=None).exists():
        raise DatesOutdated(outdated_words())


def _refuse_taken(actor: Actor, plan: Plan, name: str) -> None:
    if access.visible(actor, Baseline).filter(plan=plan, name=name).exists():
        raise NameTaken(
            "name", _("A baseline of this plan is called “%(name)s” already: choose another name.") % {"name": name}
        )


def outdated_words() -> str:
    return _("The dates do not follow from the plan yet. A baseline can be taken as soon as they are computed.")


def is_agreed_by_all(kind: str, members: Sequence[Member]) -> bool:
    """Tell whether a baseline of a plan in such a circle is agreed by every member, or taken by one that alone has a vote."""
    return kind == Kind.JOINT and [member.is_you for member in members if member.is_active] != [True]


def is_proposed(head: PlanHead) -> bool:
    """Tell the doors which of the two ways a baseline of this plan goes."""
    return is_agreed_by_all(head.circle.kind, head.members)


def _members(actor: Actor, circle: Circle) -> Sequence[Member]:
    return partnership(actor=actor, partnership_id=circle.partnership_id).members


def dates_of(actor: Actor, plan: Plan) -> list[Dates]:
    """Return the dates of everybody in the plan's circle. A row that holds others has dates, and no work of its own."""
    dates = access.visible(actor, Scheduled).filter(plan=plan, circle=plan.circle_id, item__withdrawn_at=None)
    columns = ("item_id", "start_at", "finish_at", "item__duration_minutes", "item__is_summary")
    return [
        (str(pk), _text(start), _text(finish), None if holds else minutes)
        for pk, start, finish, minutes, holds in dates.order_by("pk").values_list(*columns)
    ]


def _text(at: datetime | None) -> str | None:
    return at.isoformat(timespec="minutes") if at else None


def _milestones(actor: Actor, plan: Plan, dates: Sequence[Dates]) -> list[tuple[str, str | None]]:
    own = access.visible(actor, Item).filter(plan=plan, circle=plan.circle_id, kind=ItemKind.MILESTONE)
    milestones = {str(pk) for pk in own.values_list("pk", flat=True)}
    found = sorted((finish or "", pk) for pk, _start, finish, _minutes in dates if pk in milestones)
    return [(pk, finish or None) for finish, pk in found[:MILESTONES_MAX]]


def keep_baseline(
    actor: Actor, plan: Plan, name: str, dates: Sequence[Sequence[Any]], *, taken_at: datetime, at: datetime
) -> Baseline:
    """Write a baseline down, in a plan that is locked. What is late is late against the newest from now on."""
    baseline = Baseline(circle_id=plan.circle_id, plan=plan, number=next_baseline(actor, plan.pk), name=name)
    baseline.taken_at = taken_at
    baseline.save()
    rows = [_row(baseline, *each) for each in dates]
    access.visible(actor, BaselineItem).bulk_create(rows)
    moves = reschedule(actor=actor, plan_id=plan.pk, circle_id=plan.circle_id, at=at, ties=False)
    facts = {"number": baseline.number, "items": len(rows), "finish": moves.joint.facts.get("finish")}
    record("baseline.taken", baseline, plan=str(plan.pk), texts={"name": name}, **facts)
    return baseline


def next_baseline(actor: Actor, plan_id: UUID) -> int:
    """Return the number that the plan's next baseline has; 0 for the first."""
    taken = access.visible(actor, Baseline).filter(plan=plan_id).order_by("-number")
    last = taken.values_list("number", flat=True).first()
    return 0 if last is None else last + 1


def _row(baseline: Baseline, item_id: str, start: str | None, finish: str | None, minutes: int | None) -> BaselineItem:
    row = BaselineItem(circle_id=baseline.circle_id, baseline=baseline, item_id=UUID(item_id))
    row.start_at, row.finish_at = (text and datetime.fromisoformat(text) for text in (start, finish))
    row.duration_minutes = minutes
    return row


def waiting_baselines(*, actor: Actor, head: PlanHead, at: datetime) -> tuple[ProposalRow, ...]:
    """Return the open proposals of a baseline of this plan, the newest first."""
    if not is_proposed(head):
        return ()
    here = partnership(actor=actor, partnership_id=head.partnership_id)
    return open_about(actor=actor, kind=BASELINE, here=here, subject_id=head.id, at=at)
