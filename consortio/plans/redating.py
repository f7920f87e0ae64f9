"""
A start or an end that is said where it is shown, as the fields of the item's form ask for it.

A start becomes the constraint "no earlier than", an end the work that fits before it. Links stay as they are, so an item
may come to lie elsewhere: `where_it_went` says where.
"""

from datetime import date

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Refused
from consortio.ui.formats import day_of_week

from .choosing import EditPage
from .engine import work_between
from .entering import amount_words
from .following import Now
from .models import Calendar, Kind, Plan, Schedule, Scheduled
from .neutral import CALENDAR_COLUMNS, Rows
from .words import constraint_words

NAMES = ("start", "finish")
# What becomes of the constraint that is there; any other one stands for something that was agreed on purpose.
STARTS = {"": "snet", "asap": "snet", "snet": "snet", "mso": "mso"}
FINISHES = {"": "fnet", "asap": "fnet", "snet": "fnet", "fnet": "fnet", "mfo": "mfo"}


class CannotRedate(Refused):
    """What is done, divided or held by a constraint of another kind is not put to another day where it is shown."""


@access.read
def dates_of(*, actor: Actor, page: EditPage) -> Now:
    """Return an item's dates as everybody in its circle sees them."""
    rows = access.visible(actor, Scheduled).filter(item=page.id, circle=page.circle_id)
    return Now(*(rows.values_list("start_at", "finish_at").first() or ()))


@access.read
def fields_for(*, actor: Actor, page: EditPage, name: str, day: date) -> dict[str, str]:
    """
    Return which fields of the item's form say that it starts, or ends, on this day.

    Raises:
        CannotRedate: its start or its end is not to be had like that.
    """
    _refuse_fixed(page, name)
    if page.values["is_manual"]:
        return _by_hand(page, name, day)
    if name == "start" or page.values["kind"] == Kind.MILESTONE:
        return _constrained(page, name, day)
    return {"duration": amount_words(_work_until(actor, page, day), page.head.day_minutes)}


def _refuse_fixed(page: EditPage, name: str) -> None:
    values = page.values
    if page.has_children or values["kind"] == Kind.PHASE:
        raise CannotRedate(_("What holds other items takes this from them: change it there."))
    if values["actual_finish_at"]:
        raise CannotRedate(_("It has ended: correct the days of what happened in its form."))
    if name == "start" and values["actual_start_at"]:
        began = day_of_week(values["actual_start_at"])
        raise CannotRedate(_("It began on %(day)s, and is not moved any more.") % {"day": began})


def _by_hand(page: EditPage, name: str, day: date) -> dict[str, str]:
    """Move both days of a start that is given by hand, so that it takes as long as before; of an end, only that."""
    start, finish = page.values["stored_start_at"], page.values["stored_finish_at"]
    if name == "finish" or not start or not finish:
        return {f"{name}_on": day.isoformat()}
    return {"start_on": day.isoformat(), "finish_on": (finish + (day - start.date())).date().isoformat()}


def _constrained(page: EditPage, name: str, day: date) -> dict[str, str]:
    kept, wanted = page.values["constraint"], STARTS if name == "start" else FINISHES
    if kept not in wanted:
        said = _("It has a constraint already, “%(what)s”: change that in its form.")
        raise CannotRedate(said % {"what": constraint_words(kept)})
    return {"constraint": wanted[kept], "constraint_on": day.isoformat()}


def _work_until(actor: Actor, page: EditPage, day: date) -> int:
    """Return the work that lies between an item's start and the end of a day."""
    start = page.values["actual_start_at"] or dates_of(actor=actor, page=page).start_at
    if start is None:
        raise CannotRedate(_("It has no dates yet: write how much work it is."))
    end = page.hours.at(day, is_end=True)
    plan = access.get(actor, Plan, page.head.id)
    rows = access.common(actor, Calendar, page.circle_id).filter(plan=plan).order_by("pk")
    calendars = Rows(plan, [], [], list(rows.values_list(*CALENDAR_COLUMNS, named=True)))
    minutes = work_between(calendars, page.values["calendar_id"], start, end) if end > start else 0
    if minutes <= 0:
        raise CannotRedate(_("It starts on %(day)s, and cannot end before that.") % {"day": day_of_week(start)})
    return minutes


@access.read
def where_it_went(*, actor: Actor, page: EditPage, name: str, day: date, today: date) -> str:
    """Return in words where an item came to lie, if that is not where it was asked to; else nothing."""
    at = getattr(dates_of(actor=actor, page=page), f"{name}_at")
    outdated = access.visible(actor, Schedule).filter(plan=page.head.id, circle=page.circle_id)
    if at is None or at.date() == day or outdated.exclude(outdated_at=None).exists():
        return ""
    ends = {"day": day_of_week(at, today), "asked": day_of_week(day, today)}
    if name == "start":
        return _("It starts on %(day)s and not on %(asked)s: links, calendar or the plan’s start hold it there.") % ends
    return _("It ends on %(day)s and not on %(asked)s: links, calendar or what is done hold it there.") % ends
