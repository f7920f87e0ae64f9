"""What the record's entries about plans say, wherever they are read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from consortio import access
from consortio.access import Actor
from consortio.record.words import Happened, Named, Names, Values, name_rows, person_in, say
from consortio.ui.formats import day, listing, number

from .edit_words import MINUTES, edit_line, field_words
from .models import Baseline, Estimate, Item, Link, Plan, Schedule

EDITS_MAX = 4  # lines
# What a line cannot say of itself: how long a day is in this plan, and what other rows are called.
UNTOLD = {"lag", "calendar_id", "parent_id", *MINUTES}
NAMED = UNTOLD - {"parent_id", "remaining_minutes"}  # by its name alone; these two follow from what the line says


def _moves(entry: Happened, names: Names) -> Sequence[str]:
    """Say which fields changed, how many dates moved, and where the plan's finish went."""
    told = [edit for edit in entry.edits if edit.field not in UNTOLD]
    lines = [edit_line(edit, names) for edit in told[:EDITS_MAX]]
    if untold := [field_words(edit.field) for edit in entry.edits if edit.field in NAMED]:
        lines.append(_("changed: %(fields)s") % {"fields": listing(untold)})
    if moved := entry.facts.get("moved"):
        lines.append(ngettext("One date moved", "%(n)s dates moved", moved) % {"n": number(moved)})
    before, now = entry.facts.get("finish_before"), entry.facts.get("finish")
    if before and now and before != now:
        days = {"before": day(datetime.fromisoformat(before)), "now": day(datetime.fromisoformat(now))}
        lines.append(_("the plan’s finish: %(before)s, now %(now)s") % days)
    return lines


def _asked(entry: Happened, names: Names) -> tuple[object, Values]:
    return _lazy("%(person)s was asked to answer for %(what)s"), {"person": person_in(entry, names)}


def _imported(entry: Happened, names: Names) -> tuple[str, Values]:
    rows = entry.facts["rows"]
    words = ngettext("One row came in with %(what)s", "%(n)s rows came in with %(what)s", rows)
    return words, {"n": number(rows)}


def _plans(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Plan).filter(pk__in=ids).values_list("pk", "name", "withdrawn_at")
    return {pk: Named(name, "" if gone else reverse("plan", args=[pk])) for pk, name, gone in rows}


def _estimates(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Estimate).filter(pk__in=ids).values_list("pk", "item_id", "item__name")
    return {pk: Named(name, reverse("item", args=[item_id])) for pk, item_id, name in rows}


def _schedules(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    columns = ("pk", "plan__name", "plan_id", "plan__withdrawn_at")
    rows = access.visible(actor, Schedule).filter(pk__in=ids).values_list(*columns)
    return {pk: Named(name, "" if gone else reverse("plan", args=[plan])) for pk, name, plan, gone in rows}


def _items(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Item).filter(pk__in=ids).values_list("pk", "name", "withdrawn_at")
    return {pk: Named(name, "" if gone else reverse("item", args=[pk])) for pk, name, gone in rows}


def _links(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    columns = ("pk", "predecessor__name", "successor__name", "successor_id", "successor__withdrawn_at")
    rows = access.visible(actor, Link).filter(pk__in=ids).values_list(*columns)
    return {pk: Named(f"{one} → {two}", "" if gone else reverse("item", args=[at])) for pk, one, two, at, gone in rows}


def _baselines(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Baseline).filter(pk__in=ids).values_list("pk", "name", "plan_id")
    return {pk: Named(name, reverse("plan_milestones", args=[plan]) + f"?baseline={pk}") for pk, name, plan in rows}


about_plans = partial(say, topic="plans", details=_moves)
about_plans("plan.created", _lazy("The plan %(what)s was made"), sign="plan")
about_plans("plan.imported_again", _lazy("A later file was applied to %(what)s"), sign="upload")
about_plans("plan.rescheduled", _lazy("The dates of %(what)s were computed"), sign="clock")
about_plans("plan.edited", _lazy("The settings of %(what)s changed"), sign="settings")
about_plans("item.added", _lazy("%(what)s was added"), sign="plus")
about_plans("plan.progressed", _lazy("Progress of %(what)s was reported"), sign="edit")
about_plans("item.edited", _lazy("%(what)s was changed"), sign="edit")
about_plans("item.moved", _lazy("%(what)s was put elsewhere in its plan"), sign="edit")
about_plans("item.withdrawn", _lazy("%(what)s was withdrawn"), sign="withdraw")
about_plans("item.restored", _lazy("%(what)s came back into its plan"), sign="undo")
about_plans("item.accountable", _lazy("Who answers for %(what)s has changed"), sign="edit")
about_plans("item.nominated", _asked, sign="people")
about_plans("item.accepted", _lazy("Whoever was asked to answer for %(what)s accepted"), sign="edit")
about_plans("item.declined", _lazy("Whoever was asked to answer for %(what)s declined"), sign="edit")
about_plans("item.unanswered", _lazy("Whoever was asked to answer for %(what)s took their answer back"), sign="edit")
about_plans("item.not_nominated", _lazy("Nobody is asked any more to answer for %(what)s"), sign="withdraw")
about_plans("item.progressed", _lazy("Progress of %(what)s was reported"), sign="edit")
about_plans("link.added", _lazy("A link was added: %(what)s"), sign="link")
about_plans("link.edited", _lazy("A link was changed: %(what)s"), sign="link")
about_plans("link.restored", _lazy("A link came back: %(what)s"), sign="undo")
about_plans("own_side.written", _lazy("Our own side of an item was written"), sign="edit")
about_plans("link.withdrawn", _lazy("A link was withdrawn: %(what)s"), sign="withdraw")
say("rows.imported", _imported, topic="plans", sign="upload")
say("baseline.taken", _lazy("The baseline %(what)s was taken"), topic="plans", sign="baseline")
name_rows("plans.plan", _lazy("a plan"), _plans)
name_rows("plans.schedule", _lazy("a plan"), _schedules)
name_rows("plans.item", _lazy("an item"), _items)
name_rows("plans.link", _lazy("two items"), _links)
name_rows("plans.baseline", _lazy("a baseline"), _baselines)
say("estimate.written", _lazy("It was said how long %(what)s may take"), topic="plans", sign="edit")
name_rows("plans.estimate", _lazy("an item"), _estimates)
