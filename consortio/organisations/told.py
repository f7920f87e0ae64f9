from django.utils.translation import gettext_lazy as _lazy

from consortio.record.words import Happened, Names, Values, person_in, say


def _hired(entry: Happened, names: Names) -> tuple[object, Values]:
    return _lazy("%(person)s came to %(what)s"), {"person": person_in(entry, names)}


say("person.hired", _hired, topic="people", sign="people")
say("organisation.renamed", _lazy("%(what)s got another name"), topic="people", sign="edit")
say("person.renamed", _lazy("Somebody got another name"), topic="people", sign="edit")
