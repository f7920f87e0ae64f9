"""What goals, their fields and states are called, in the reader's language."""

from django.utils.translation import gettext as _

from .models import Direction, GoalKind, GoalState


def state_words(state: str) -> str:
    return {
        GoalState.DRAFT: _("draft"),
        GoalState.PROPOSED: _("proposed"),
        GoalState.AGREED: _("agreed"),
        GoalState.ACHIEVED: _("achieved"),
        GoalState.MISSED: _("missed"),
        GoalState.RETIRED: _("retired"),
    }[GoalState(state)]


def end_words(state: str) -> str:
    """Return what becomes of a goal, or that it is on its way."""
    return _("on its way") if state == GoalState.AGREED else state_words(state)


def kind_words(kind: str) -> str:
    return {GoalKind.MEASURE: _("a measure reaches a value"), GoalKind.MILESTONE: _("items of a plan are finished")}[
        GoalKind(kind)
    ]


def direction_words(direction: str) -> str:
    return {Direction.UP: _("grows"), Direction.DOWN: _("falls"), Direction.BAND: _("stays between")}[
        Direction(direction)
    ]


def field_words() -> dict[str, str]:
    """Return the names of a goal's fields, in the order in which a difference tells them."""
    return {
        "name": _("Name"),
        "kind": _("Reached when"),
        "kpi_id": _("KPI"),
        "direction": _("Direction"),
        "baseline": _("Baseline"),
        "target": _("Target"),
        "band_low": _("At least"),
        "band_high": _("At most"),
        "start_on": _("From"),
        "due_on": _("By"),
        "weight": _("Weight"),
        "organisation_id": _("In charge"),
        "person_id": _("Accountable"),
        "parent_id": _("Part of"),
        "contributions": _("What each organisation brings"),
        "why": _("Why"),
    }
