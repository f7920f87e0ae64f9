"""Dates that fit as something that members agree to: what moves, and how it comes into the plan."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, NotVisible, Permission
from consortio.approvals.registry import Line, Proposed, subject
from consortio.ui.formats import day, number

from .applying import KIND, apply_agreed, fits_now
from .models import Demand, Levelling


def _headline(proposed: Proposed) -> str:
    return _("Dates that fit, for %(plan)s") % {"plan": proposed.content["plan"]}


def _difference(actor: Actor, proposed: Proposed) -> tuple[Line, ...]:
    content = proposed.content
    finish = Line(_("Finish of the plan"), _day(content["finish_before"]), _day(content["finish_at"]), is_value=True)
    items = Line(_("Items that move"), "", number(content["items"]), is_value=True)
    return (finish, items, *_moved(actor, content["moved"]))


def _moved(actor: Actor, moved: Sequence[Sequence[str]]) -> Iterator[Line]:
    names = _names(actor, [UUID(pk) for pk, *_dates in moved])
    for pk, before, after in moved:
        if name := names.get(UUID(pk)):
            yield Line(name, _day(before), _day(after), is_value=True)


def _names(actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    item = Demand._meta.get_field("item").related_model
    assert isinstance(item, type)
    return dict(access.visible(actor, item).filter(pk__in=ids).values_list("pk", "name"))


def _day(text: str) -> str:
    return day(datetime.fromisoformat(text)) if text else ""


def _has_changed(actor: Actor, proposed: Proposed, at: datetime) -> bool:
    """Tell whether the plan, or the time there is, is another than the one for which the dates were found."""
    row = access.visible(actor, Levelling).filter(pk=proposed.subject_id).first()
    return row is None or not fits_now(actor, row)


@subject(
    KIND,
    may_propose=Permission.PLAN_EDIT,
    words=lambda: _("Dates that fit"),
    headline=_headline,
    difference=_difference,
    otherwise=lambda proposed: _("The dates of the plan stay as they are."),
    has_come=_has_changed,
    way=lambda proposed: reverse("levelling", args=[proposed.subject_id]),
    alike=("plan_id",),
)
def put_agreed_dates(actor: Actor, proposed: Proposed, at: datetime) -> None:
    """Put the dates into the plan that everybody looked at; what has changed since has closed the proposal before."""
    row = access.visible(actor, Levelling).filter(pk=proposed.subject_id, circle=proposed.circle_id).first()
    if row is None:
        raise NotVisible
    apply_agreed(actor, row, at)
