from django.utils.translation import gettext_lazy as _lazy

from consortio.record.words import Happened, Names, Values, person_in, say

from .reads import LOADED


def _lent(entry: Happened, names: Names) -> tuple[object, Values]:
    return _lazy("%(person)s takes part in %(what)s for another organisation"), {"person": person_in(entry, names)}


say(LOADED, _lazy("%(what)s came with the demo world"), topic="people", sign="info")
say("person.lent", _lent, topic="people", sign="people")
