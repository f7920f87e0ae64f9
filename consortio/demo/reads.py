"""Whether the demo world is there, and whether somebody belongs to it. The record of each house says so."""

from typing import Any

from django.apps import apps

from consortio import access
from consortio.access import Actor
from consortio.access.models import Circle, Kind
from consortio.partnerships.reads import house_of
from consortio.record.reads import history

LOADED = "demo.loaded"


@access.read
def is_of_demo(*, actor: Actor) -> bool:
    """Tell whether somebody acts for an organisation of the demo world."""
    house_id = house_of(actor=actor)
    if house_id is None:
        return False
    return any(change.event == LOADED for change in history(actor=actor, subject_ids=[house_id]))


def is_loaded() -> bool:
    with access.unscoped("whoever loads the demo world acts for none of it"):
        return marked_houses().exists()


def marked_houses() -> Any:
    """Return the houses of the demo world's organisations, whoever asks: for use with the gate open."""
    told = apps.get_model("record", "Entry").objects.filter(event=LOADED)
    return Circle.objects.filter(kind=Kind.JOINT, pk__in=told.values("subject_id"))
