"""What facts of a plan are called: events of its record, and constraints, in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio.ui.formats import day

from .address import COLUMNS


def event_words(event: str, facts: Mapping[str, Any]) -> str:
    """Return one entry of an item's or a plan's history as a short sentence."""
    words = {
        "rows.imported": _("came in with a file"),
        "plan.created": _("the plan was made"),
        "plan.imported_again": _("a later file was applied"),
        "plan.edited": _("the settings of the plan changed"),
        "item.added": _("was added"),
        "plan.progressed": _("progress was reported"),
        "item.edited": _("was changed"),
        "item.moved": _("was put elsewhere"),
        "item.withdrawn": _("was withdrawn"),
        "item.left_out": _("was withdrawn: a later file does not hold it any more"),
        "item.restored": _("came back"),
        "item.progressed": _("progress was reported"),
        "item.accountable": _("somebody answers for it"),
        "item.nominated": _("somebody was asked to answer for it"),
        "item.accepted": _("whoever was asked accepted"),
        "item.declined": _("whoever was asked declined"),
        "item.unanswered": _("whoever was asked took their answer back"),
        "item.not_nominated": _("the question who answers for it was taken back"),
        "link.added": _("a link was added"),
        "link.edited": _("a link was changed"),
        "link.withdrawn": _("a link was withdrawn"),
        "link.restored": _("a link came back"),
        "own_side.written": _("our own side of it was written"),
        "baseline.taken": _("a baseline was taken"),
    }
    said = words.get(event, event.replace(".", " "))
    moved = facts.get("moved")
    if not isinstance(moved, int) or not moved:
        return said
    return said + ngettext(", which moved one item", ", which moved %(n)s items", moved) % {"n": moved}


def fact_lines(event: str, facts: Mapping[str, Any], texts: Mapping[str, str]) -> list[str]:
    """Return what an entry says besides single fields: what it names, and where the plan's finish went."""
    lines = []
    if name := texts.get("name"):
        words = _("file: %(name)s") if event in ("rows.imported", "item.left_out") else _("name: %(name)s")
        lines.append(words % {"name": name})
    if finish := _changed_finish(facts):
        lines.append(finish)
    return lines


def _changed_finish(facts: Mapping[str, Any]) -> str:
    """Say where the whole plan's finish went, if it did."""
    before, now = facts.get("finish_before"), facts.get("finish")
    if not before or not now or before == now:
        return ""
    days = {"before": day(datetime.fromisoformat(before)), "now": day(datetime.fromisoformat(now))}
    return _("the plan’s finish: %(before)s, now %(now)s") % days


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


def method_words(mode: str) -> str:
    """Return how a plan's dates are computed."""
    return {
        "msp": _("critical path, as Microsoft Project counts"),
        "p6": _("critical path, as Primavera P6 counts"),
    }.get(mode, mode)


def column_words() -> list[tuple[str, str]]:
    """Return the columns of the table with what stands at their heads, in their order."""
    words = {
        "number": _("Key"),
        "code": _("Code"),
        "organisation": _("Lead"),
        "person": _("Accountable"),
        "start": _("Start"),
        "finish": _("Finish"),
        "house": _("In our house"),
        "baseline": _("Against the baseline"),
        "duration": _("Work"),
        "percent": _("Done"),
        "float": _("Float"),
        "latest": _("Latest finish"),
        "deadline": _("Deadline"),
    }
    return [(name, words[name]) for name in COLUMNS]
