from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _lazy

from consortio.record.words import Happened, Names, Values, person_in, say
from consortio.ui.formats import day


def _seated(entry: Happened, names: Names) -> tuple[object, Values]:
    return _lazy("%(person)s takes part in %(what)s"), {"person": person_in(entry, names)}


def _unseated(entry: Happened, names: Names) -> tuple[object, Values]:
    return _lazy("%(person)s no longer takes part in %(what)s"), {"person": person_in(entry, names)}


def _invited(entry: Happened, names: Names) -> tuple[object, Values]:
    invited = entry.texts.get("name") or _lazy("an organisation")
    return _lazy("%(organisation)s was invited"), {"organisation": invited}


def _joined(entry: Happened, names: Names) -> tuple[object, Values]:
    return _lazy("%(organisation)s joined %(what)s"), {"organisation": person_in(entry, names, "organisation")}


def _leaves(entry: Happened, names: Names) -> tuple[object, Values]:
    until = datetime.fromisoformat(str(entry.facts["until"])) - timedelta(seconds=1)
    values = {"organisation": person_in(entry, names, "organisation"), "day": day(until.date())}
    return _lazy("%(organisation)s leaves with the end of %(day)s"), values


def _stays(entry: Happened, names: Names) -> tuple[object, Values]:
    return _lazy("%(organisation)s stays"), {"organisation": person_in(entry, names, "organisation")}


def _left(entry: Happened, names: Names) -> tuple[object, Values]:
    return _lazy("%(organisation)s left"), {"organisation": person_in(entry, names, "organisation")}


def _suspended(entry: Happened, names: Names) -> tuple[object, Values]:
    said = _lazy("%(organisation)s was suspended: it has no vote until the others reinstate it")
    return said, {"organisation": person_in(entry, names, "organisation")}


def _reinstated(entry: Happened, names: Names) -> tuple[object, Values]:
    return _lazy("%(organisation)s has a vote again"), {"organisation": person_in(entry, names, "organisation")}


def _gone(entry: Happened, names: Names) -> tuple[object, Values]:
    return _lazy("%(person)s left %(what)s"), {"person": person_in(entry, names)}


say("organisation.registered", _lazy("%(what)s has a house here now"), topic="people", sign="house")
say("partnership.founded", _lazy("%(what)s was founded"), topic="people", sign="plus")
say("organisation.invited", _invited, topic="people", sign="send")
say("partnership.joined", _lazy("%(what)s joined a partnership"), topic="people", sign="people")
say("organisation.joined", _joined, topic="people", sign="people")
say("membership.edited", _lazy("An organisation said its part in other words"), topic="people", sign="edit")
say("person.seated", _seated, topic="people", sign="people")
say("person.unseated", _unseated, topic="people", sign="leave")
say("person.left", _gone, topic="people", sign="leave")
say("organisation.withdrawing", _leaves, topic="people", sign="leave")
say("organisation.stays", _stays, topic="people", sign="people")
say("organisation.suspended", _suspended, topic="people", sign="withdraw")
say("organisation.reinstated", _reinstated, topic="people", sign="people")
say("organisation.left", _left, topic="people", sign="leave")
