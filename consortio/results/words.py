"""What the preview of a results file says of an activity, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio.interchange.wording import Wording
from consortio.kpis.units import unit_of, unit_words
from consortio.kpis.words import better_words, frequency_words, period_words, value_words
from consortio.ui.formats import day as day_words
from consortio.ui.formats import month, number
from consortio.ui.said import said

from .updating import GoalDifference, Update

JANUARY = 1


@dataclass(frozen=True, slots=True)
class _Kept:
    """A KPI as the summary keeps it, for words about its values and periods."""

    unit: str
    decimals: int
    frequency: str
    fiscal_start: int


@dataclass(frozen=True, slots=True)
class KpiLine:
    at: int
    name: str
    is_offered: bool
    measured: str  # in which unit, which way is good, how often
    goal: str
    goal_name: str
    readings: str
    missing: str
    notes: tuple[str, ...]


def kpi_lines(activity: Mapping[str, Any]) -> tuple[KpiLine, ...]:
    names = {one["at"]: one["name"] for one in activity["kpis"]}
    return tuple(_line(one, names) for one in activity["kpis"])


def _line(one: Mapping[str, Any], names: Mapping[int, str]) -> KpiLine:
    kept = _Kept(one["unit"], one["decimals"], one["frequency"], one["fiscal_start"])
    notes = [said(Wording.from_json(note)) for note in one["notes"]]
    if one["shares"] is not None:
        notes.append(_("Its KPI is that of “%(name)s” above.") % {"name": names[one["shares"]]})
    return KpiLine(
        at=one["at"],
        name=one["name"],
        is_offered=one["is_offered"],
        measured=_measured(kept, one["better"]) if one["is_offered"] else "",
        goal=_goal(kept, one["goal"]) if one["goal"] else "",
        goal_name=one["goal"]["name"] if one["goal"] else "",
        readings=_readings(kept, one) if one["readings"] else "",
        missing=_missing(one["missing"]),
        notes=tuple(notes),
    )


def _measured(kept: _Kept, better: str) -> str:
    words = [unit_words(unit_of(kept.unit)), better_words(better), frequency_words(kept.frequency)]
    if kept.fiscal_start != JANUARY:
        first = month(date(2031, kept.fiscal_start, 1)).rpartition(" ")[0] or str(kept.fiscal_start)
        words.append(_("years from %(month)s on") % {"month": first})
    return ", ".join(words)


def _goal(kept: _Kept, goal: Mapping[str, str]) -> str:
    words = _("from %(baseline)s on %(start)s to %(target)s by %(due)s")
    days = {"start": day_words(_day(goal["start_on"])), "due": day_words(_day(goal["due_on"]))}
    values = {name: value_words(kept, Decimal(goal[name])) for name in ("baseline", "target")}
    return words % (days | values)


def _readings(kept: _Kept, one: Mapping[str, Any]) -> str:
    first, last = (period_words(kept, _day(one[side])) for side in ("first", "last"))
    count = one["readings"]
    words = ngettext("%(count)s reading, of %(first)s", "%(count)s readings, %(first)s to %(last)s", count)
    return words % {"count": number(count), "first": first, "last": last}


def _missing(count: int) -> str:
    if not count:
        return ""
    words = ngettext("%(count)s period without a reading", "%(count)s periods without a reading", count)
    return words % {"count": number(count)}


def _day(written: str) -> date:
    return date.fromisoformat(written)


def dates_of(activity: Mapping[str, Any]) -> Sequence[tuple[str, date]]:
    kinds = {
        "1": _("Planned start"),
        "2": _("Actual start"),
        "3": _("Planned end"),
        "4": _("Actual end"),
    }
    return [(kinds[kind], _day(on)) for kind, on in activity["dates"] if kind in kinds]


def role_words(role: str) -> str:
    roles = {"1": _("funds it"), "2": _("accounts for it"), "3": _("passes funds on"), "4": _("does it")}
    return roles.get(role, _("role not said"))


def update_words(update: Update) -> str:
    """Return what becomes of readings that come in again, as a list of counts."""
    counted = [
        (update.new, ngettext("%(n)s new reading", "%(n)s new readings", update.new)),
        (update.corrected, ngettext("%(n)s corrects yours", "%(n)s correct yours", update.corrected)),
        (update.contested, ngettext("%(n)s contests another’s", "%(n)s contest others’", update.contested)),
        (update.same, ngettext("%(n)s the same", "%(n)s the same", update.same)),
        (update.settled, ngettext("%(n)s stays as settled", "%(n)s stay as settled", update.settled)),
        (update.uncounted, ngettext("%(n)s not compared yet", "%(n)s not compared yet", update.uncounted)),
        (update.absent, ngettext("%(n)s KPI is not there", "%(n)s KPIs are not there", update.absent)),
    ]
    return ", ".join(words % {"n": number(count)} for count, words in counted if count) or _("no readings")


def difference_words(one: GoalDifference) -> str:
    """Return how a goal differs from the file, and that it stays."""
    kept = _Kept(one.unit, one.decimals, "", 1)
    here = value_words(kept, one.here.target) if one.here.target is not None else _("no target")
    words = _("here %(here)s by %(due)s, in the file %(target)s by %(file_due)s")
    days = {"due": day_words(one.here.due_on), "file_due": day_words(one.due_on)}
    return words % (days | {"here": here, "target": value_words(kept, one.target)})
