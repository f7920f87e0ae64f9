"""
Taking the demo world out: everything that its organisations ever did here, and nothing of anybody else.

Whole partnerships go, with their circles, so no stream is left with a hole in it. See docs/decisions/ for why this may
delete what is append-only.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils.translation import gettext as _

from consortio.access import Refused, wall
from consortio.access.gate import as_system
from consortio.access.models import Circle, Place, Seat
from consortio.access.wall_text import guarded_models, role, roles_are_apart
from consortio.attachments.store import path_of
from consortio.ui.formats import listing

from .reads import marked_houses


class NotLoaded(Refused):
    """There is no demo world to remove."""


class OthersTakePart(Refused):
    """Organisations that are not of the demo world share a partnership with one that is."""


class OwnerOnly(Refused):
    """On PostgreSQL the role that serves may delete no record."""


@dataclass(frozen=True, slots=True)
class World:
    """What there is of the demo world."""

    organisations: frozenset[UUID]
    partnerships: frozenset[UUID]
    circles: frozenset[UUID]
    people: frozenset[UUID]


def can_remove() -> bool:
    """Tell whether this process may delete records: on PostgreSQL with three roles only the tables' owner may."""
    return connection.vendor == "sqlite" or not roles_are_apart() or connection.settings_dict["USER"] == role("owner")


def remove() -> None:
    """
    Delete the demo world: all of it or nothing.

    Raises:
        NotLoaded: it is not there.
        OthersTakePart: real organisations work together with invented ones here.
        OwnerOnly: this login may not.
    """
    if not can_remove():
        raise OwnerOnly(
            "Set DATABASE_OWNER_URL and run `consortio demo remove`: the role that serves deletes no record."
        )
    with as_system("a world that was put in whole is taken out whole"):
        world = _world()
        with _record_unlocked():
            _delete(world)
    for circle_id in world.circles:
        shutil.rmtree(path_of(circle_id, "00").parents[1], ignore_errors=True)


def _world() -> World:
    """Return what belongs to the marked organisations: every partnership they take part in, and their people."""
    own = frozenset(marked_houses().values_list("organisation_id", flat=True))
    if not own:
        raise NotLoaded(_("There is no demo world here."))
    partnerships = frozenset(
        Place.objects.filter(organisation__in=own).values_list("circle__partnership_id", flat=True)
    )
    circles = frozenset(Circle.objects.filter(partnership__in=partnerships).values_list("pk", flat=True))
    others = Place.objects.filter(circle__in=circles).exclude(organisation__in=own)
    if names := sorted(set(others.values_list("organisation__name", flat=True))):
        raise OthersTakePart(
            _("Not all who take part in the partnerships of the demo world are of it: %(names)s.")
            % {"names": listing(names)}
        )
    people = frozenset(Seat.objects.filter(circle__in=circles).values_list("person_id", flat=True))
    elsewhere = Seat.objects.filter(person__in=people).exclude(circle__in=circles)
    return World(own, partnerships, circles, people - frozenset(elsewhere.values_list("person_id", flat=True)))


@contextmanager
def _record_unlocked() -> Iterator[None]:
    """On SQLite triggers keep the record: down and up again in this one transaction, so nobody else ever meets it open."""
    if connection.vendor != "sqlite":
        yield
        return
    wall.take_down()
    yield
    wall.install()


def _delete(world: World) -> None:
    """Delete in no order: the database checks all references at the end, and so finds whatever was forgotten here."""
    get_user_model().objects.filter(person__in=world.people).delete()
    for rows in _rows(world):
        rows._raw_delete(connection.alias)  # a collector would stop at PROTECT, which guards against less than all


def _rows(world: World) -> Iterator[Any]:
    by_id: Mapping[str, frozenset[UUID]] = {
        "access.Circle": world.circles,
        "partnerships.Partnership": world.partnerships,
        "organisations.Organisation": world.organisations,
        "organisations.Person": world.people,
    }
    for model in guarded_models():
        if model.seen_by == "circle_id":
            yield model.objects.filter(circle__in=world.circles)
        else:
            yield model.objects.filter(pk__in=by_id[model._meta.label])
