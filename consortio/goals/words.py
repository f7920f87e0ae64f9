"""What goals, their fields and states are called, in the reader's language."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio.ui.formats import number

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


READINGS_WANTED = 3  # below that the engine answers nothing


SIMPLE = ("naive", "linear")  # the two methods that stand beside the one of the kind, which may have any experts


def method_of(name: str) -> str:
    """Return which of the three compared methods a name of the engine means: "method", "naive" or "linear"."""
    return name if name in SIMPLE else "method"


def method_words(name: str) -> str:
    """Return how a chance was found, in a few words beside it."""
    said = {"method": _("from its own course"), "naive": _("as it is now"), "linear": _("straight line")}
    return said[method_of(name)]


def method_sentence(name: str, is_summed: bool) -> str:
    if name == "naive":
        return _("It stays as it is, give or take what it changed by so far.")
    if name == "linear":
        return _("A straight line through the readings is carried on.")
    if is_summed:
        return _("The pace so far is carried on, as unsteady as it was.")
    return _("Its level is followed through what looks like noise, and wanders on as it did.")


def finding_sentences(findings: Sequence[str]) -> list[str]:
    """Return what is to be said of a chance, sentence by sentence."""
    said = {
        "no_readings": _("There is no reading yet."),
        "too_few_readings": _("There are fewer than three readings: too few for a chance."),
        "no_spread": _("The readings never changed, or always by the same: nothing says by how much they may."),
        "class_alone": _("How much it may vary comes from comparable measures, not from its own readings."),
        "unproven": _("Fewer than five earlier forecasts could be looked at: how well it holds is not known yet."),
        "baseline_held_better": _("A simpler method held better before, so its answer is shown."),
        "no_better_than_baseline": _("So far the method has been no better than a simple one."),
        "trend": _("The readings rise or fall so clearly that the trend is carried on, ever more weakly."),
        "widened": _("Earlier forecasts were too sure of themselves, so this one is wider than they were."),
    }
    return [said[code] for code in findings if code in said]


def needs_words(findings: Sequence[str], readings: int) -> str:
    """Return what a chance needs before there is one."""
    if "no_readings" in findings or not readings:
        return _("needs a first reading")
    if "too_few_readings" in findings:
        more = max(READINGS_WANTED - readings, 1)
        return ngettext("needs one more reading", "needs %(n)s more readings", more) % {"n": number(more)}
    if "no_spread" in findings:
        return _("needs readings that change")
    return _("too little data")


def record_sentence(inside: int, asked: int) -> str:
    """Return how often earlier forecasts held what came."""
    if not asked:
        return _("No earlier forecast of it could be looked at.")
    said = ngettext(
        "Its last forecast held the outcome %(inside)s times.",
        "Its last %(n)s forecasts held the outcome %(inside)s times.",
        asked,
    )
    return said % {"n": number(asked), "inside": number(inside)}
