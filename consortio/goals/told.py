"""What the record says of goals, wherever it is read."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy

from consortio import access
from consortio.access import Actor
from consortio.record.words import Happened, Named, Names, Values, name_rows, say
from consortio.ui.formats import percent

from .models import Goal, GoalState


def number_of(goal: Goal) -> str:
    """Return a goal's number as people write it. Wants select_related("circle")."""
    return f"{goal.circle.mark}G-{goal.number}"


def _goals(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Goal).filter(pk__in=ids).select_related("circle")
    return {row.pk: Named(f"{number_of(row)} {row.name}", reverse("goal", args=[row.pk])) for row in rows}


def _ended(entry: Happened, names: Names) -> tuple[object, Values]:
    return {
        GoalState.ACHIEVED: _lazy("%(what)s was reached"),
        GoalState.MISSED: _lazy("%(what)s was missed"),
        GoalState.RETIRED: _lazy("%(what)s was given up"),
    }[GoalState(entry.facts["state"])], {}


def _viewed(entry: Happened, names: Names) -> tuple[object, Values]:
    return _lazy("%(what)s: %(share)s sure that it will be reached"), {
        "share": percent(entry.facts["confidence"] / 100)
    }


def _words(entry: Happened, names: Names) -> Sequence[str]:
    said = " ".join((entry.texts.get("words") or entry.texts.get("reason") or "").split())
    return [said] if said else []


say("goal.drafted", _lazy("%(what)s was drafted"), topic="goals", sign="goal")
say("goal.changed", _lazy("%(what)s was changed"), topic="goals", sign="edit")
say("goal.agreed", _lazy("%(what)s was agreed on"), topic="goals", sign="check")
say("goal.adopted", _lazy("%(what)s was adopted"), topic="goals", sign="check")
say("goal.ended", _ended, details=_words, topic="goals", sign="milestone")
say("goal.withdrawn", _lazy("%(what)s was taken back"), topic="goals", sign="withdraw")
say("goal.restored", _lazy("%(what)s is there again"), topic="goals", sign="undo")
say("goal.viewed", _viewed, details=_words, topic="goals", sign="comment")
say("goal.linked", _lazy("%(what)s waits for other items"), topic="goals", sign="link")
name_rows("goals.goal", _lazy("a goal"), _goals)
