"""What the pages one comes in by say in whole phrases."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio.plans.glance import Fact, Standing
from consortio.ui.formats import day, number

MORNING, AFTERNOON, EVENING, NIGHT = 5, 12, 18, 23  # the hours at which they begin


def greeting(name: str, at: datetime) -> str:
    """Greet somebody at the time of day that it is for them."""
    hour = at.hour
    if MORNING <= hour < AFTERNOON:
        return _("Good morning, %(name)s") % {"name": name}
    if AFTERNOON <= hour < EVENING:
        return _("Good afternoon, %(name)s") % {"name": name}
    if EVENING <= hour < NIGHT:
        return _("Good evening, %(name)s") % {"name": name}
    return _("Hello, %(name)s") % {"name": name}


def moved_words(fact: Fact) -> str:
    """Say how far an item's end lies from the baseline, to follow its date; empty where no baseline holds it."""
    days = fact.days_moved
    if days is None:
        return ""
    if days > 0:
        return ngettext("%(n)s day after the baseline", "%(n)s days after the baseline", days) % {"n": number(days)}
    if days < 0:
        words = ngettext("%(n)s day before the baseline", "%(n)s days before the baseline", -days)
        return words % {"n": number(-days)}
    return _("as in the baseline")


def line_of(standing: Standing | None, members: int) -> str:
    """Say in a few words where a partnership stands."""
    if standing is None:
        return _("no joint plan yet") if members > 1 else _("nobody else has joined yet")
    if standing.refusal:
        return _("its dates cannot be computed")
    if not standing.items:
        return _("nothing in the plan yet")
    if standing.done == standing.items:
        return _("all is done")
    parts = [
        ngettext("%(late)s of %(n)s item late", "%(late)s of %(n)s items late", standing.items)
        % {"late": number(standing.late), "n": number(standing.items)}
        if standing.late
        else _("nothing is late")
    ]
    if not standing.baseline:
        parts.append(_("no baseline yet"))
    return ", ".join(parts)


def evidence_of(fact: Fact, standing: Standing, today: date) -> list[tuple[str, Any]]:
    """Return what a date rests on."""
    against = _("%(name)s, taken %(day)s") % {"name": standing.baseline, "day": day(standing.baseline_at, today)}
    agreed = day(fact.agreed_at, today) if fact.agreed_at else _("not in it")
    pairs = [(against, agreed)] if standing.baseline else [(_("Baseline"), _("none yet"))]
    from_words = ngettext("%(n)s item", "%(n)s items", standing.items) % {"n": number(standing.items)}
    if standing.data_at:
        from_words = _("%(items)s, data date %(day)s") % {"items": from_words, "day": day(standing.data_at, today)}
    return [*pairs, (_("Computed from"), from_words)]
