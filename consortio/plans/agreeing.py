"""A joint baseline as something that every member agrees to: what is different from the one before, and how it is taken."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, NotVisible, Permission, Refused
from consortio.approvals.registry import Line, Proposed, subject
from consortio.ui.formats import day, number

from .baselining import BASELINE, keep_baseline, next_baseline
from .models import BaselineItem, Item, Plan


class PlanWithdrawn(Refused):
    """Nothing is measured against a plan that is gone."""


def _headline(proposed: Proposed) -> str:
    return _("Baseline “%(name)s” of %(plan)s") % {"name": proposed.content["name"], "plan": proposed.content["plan"]}


def _otherwise(proposed: Proposed) -> str:
    if proposed.subject_version:
        return _("The baseline before stays the one that dates are compared with.")
    return _("The plan stays without a baseline.")


def _difference(actor: Actor, proposed: Proposed) -> tuple[Line, ...]:
    """Return what is another than in the baseline before: the plan's finish, the number of items, each milestone."""
    content = proposed.content
    before = access.visible(actor, BaselineItem).filter(
        circle=proposed.circle_id,
        baseline__plan=proposed.subject_id,
        baseline__number=(proposed.subject_version or 0) - 1,
    )
    finish = before.aggregate(last=Max("finish_at"))["last"]
    ids = [pk for pk, _finish in content["milestones"]]
    dates = dict(before.filter(item__in=ids).values_list("item_id", "finish_at"))
    lines = [
        Line(_("Finish of the plan"), _day(finish), _day(content["finish"]), is_value=True),
        Line(_("Items"), number(before.count()) if finish else "", number(content["items"]), is_value=True),
        *_milestone_lines(actor, content["milestones"], dates),
    ]
    return tuple(line for line in lines if line.before != line.after)


def _milestone_lines(
    actor: Actor, milestones: list[tuple[str, str | None]], before: Mapping[UUID, datetime | None]
) -> Iterator[Line]:
    names = dict(access.visible(actor, Item).filter(pk__in=[pk for pk, _at in milestones]).values_list("pk", "name"))
    for pk, finish in milestones:
        if UUID(pk) in names:
            yield Line(names[UUID(pk)], _day(before.get(UUID(pk))), _day(finish), is_value=True)


def _day(at: datetime | str | None) -> str:
    return day(datetime.fromisoformat(at) if isinstance(at, str) else at) if at else ""


@subject(
    BASELINE,
    may_propose=Permission.PLAN_EDIT,
    words=lambda: _("Baseline"),
    headline=_headline,
    difference=_difference,
    otherwise=_otherwise,
    version=lambda actor, circle_id, plan_id: next_baseline(actor, plan_id) if plan_id else 0,
    way=lambda proposed: reverse("plan_milestones", args=[proposed.subject_id]),
    alike=("name",),
)
def take_agreed_baseline(actor: Actor, proposed: Proposed, at: datetime) -> None:
    """Keep the dates that the proposal holds: those that everybody looked at, whatever has moved since."""
    plans = access.visible(actor, Plan).filter(pk=proposed.subject_id, circle=proposed.circle_id)
    plan = plans.select_for_update(no_key=True, of=("self",)).first()
    if plan is None:
        raise NotVisible
    if plan.withdrawn_at:
        raise PlanWithdrawn(_("The plan was withdrawn, so no baseline of it can be taken."))
    as_of = datetime.fromisoformat(proposed.content["as_of"])
    keep_baseline(actor, plan, proposed.content["name"], proposed.snapshot, taken_at=as_of, at=at)
