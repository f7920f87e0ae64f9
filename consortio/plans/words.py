"""What facts of a plan are called: events of its record, and constraints, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def event_words(event: str, facts: Mapping[str, Any]) -> str:
    """Return one entry of an item's or a plan's history as a short sentence."""
    words = {
        "rows.imported": _("came in with a file"),
        "plan.created": _("the plan was made"),
        "plan.imported": _("the plan came in with a file"),
        "plan.reimported": _("a later file was applied"),
        "plan.edited": _("the settings of the plan changed"),
        "item.added": _("was added"),
        "item.edited": _("was changed"),
        "item.withdrawn": _("was withdrawn"),
        "item.progressed": _("progress was reported"),
        "progress.set": _("progress was reported"),
        "link.added": _("a link was added"),
        "link.withdrawn": _("a link was withdrawn"),
        "baseline.taken": _("a baseline was taken"),
    }
    said = words.get(event, event.replace(".", " "))
    moved = facts.get("moved") or {}
    return said + _moved(moved if isinstance(moved, Mapping) else {"items": moved})


def _moved(moved: Mapping[str, Any]) -> str:
    count = moved.get("items")
    return _(", which moved %(n)s items") % {"n": count} if isinstance(count, int) and count else ""


def constraint_words(kind: str) -> str:
    """Return what a constraint asks, to be followed by its date."""
    return {
        "asap": _("as soon as possible"),
        "alap": _("as late as possible"),
        "snet": _("starts no earlier than"),
        "snlt": _("starts no later than"),
        "fnet": _("ends no earlier than"),
        "fnlt": _("ends no later than"),
        "mso": _("must start on"),
        "mfo": _("must end on"),
        "start_on": _("starts on"),
        "finish_on": _("ends on"),
    }.get(kind, kind)


def kind_words(kind: str) -> str:
    return {
        "phase": _("phase"),
        "task": _("task"),
        "milestone": _("milestone"),
        "deliverable": _("deliverable"),
    }.get(kind, kind)
