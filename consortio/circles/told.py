from collections.abc import Collection, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy

from consortio import access
from consortio.access import Actor
from consortio.access.models import Circle, Kind
from consortio.record.words import Happened, Named, Names, Values, name_rows, person_in, say


def _appointed(entry: Happened, names: Names) -> tuple[object, Values]:
    return _lazy("%(person)s was named for %(what)s"), {"person": person_in(entry, names)}


def _circles(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Circle).filter(pk__in=ids).select_related("partnership", "organisation")
    return {row.pk: _named(row) for row in rows}


def _named(row: Circle) -> Named:
    """Return a partnership's name for its joint circle: that is what people call it."""
    if row.kind == Kind.JOINT:
        return Named(row.partnership.name, reverse("partnership", args=[row.partnership_id]))
    return Named(
        row.title if row.name or row.organisation_id else row.partnership.name, reverse("circle", args=[row.pk])
    )


say("circle.opened", _lazy("%(what)s was opened"), topic="people", sign="plus")
say("person.appointed", _appointed, topic="people", sign="people")
name_rows("access.circle", _lazy("a circle"), _circles)
