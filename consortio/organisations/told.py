from django.utils.translation import gettext_lazy as _lazy

from consortio.record.words import Happened, Names, Values, person_in, say
from consortio.ui.formats import month_name


def _hired(entry: Happened, names: Names) -> tuple[object, Values]:
    return _lazy("%(person)s came to %(what)s"), {"person": person_in(entry, names)}


say("person.hired", _hired, topic="people", sign="people")


def _fiscal_year(entry: Happened, names: Names) -> tuple[object, Values]:
    return _lazy("The fiscal year of %(what)s begins in %(month)s"), {"month": month_name(entry.facts["month"])}


say("organisation.fiscal_year", _fiscal_year, topic="people", sign="edit")
say("organisation.renamed", _lazy("%(what)s got another name"), topic="people", sign="edit")
say("person.renamed", _lazy("Somebody got another name"), topic="people", sign="edit")
