"""What the record says of KPIs and readings, wherever it is read."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy

from consortio import access
from consortio.access import Actor
from consortio.record.words import Happened, Named, Names, Values, name_rows, say
from consortio.ui.formats import number

from .models import Kpi, Reading
from .words import number_of, period_words

ENTERED, ANSWERED = ("new", "corrected"), ("confirmed", "contested")


def _read(entry: Happened, names: Names) -> tuple[object, Values]:
    entered, answered = (sum(int(entry.facts.get(name, 0)) for name in names) for names in (ENTERED, ANSWERED))
    if not entered:
        words = _lazy("%(count)s readings of %(what)s were confirmed or contested")
        return words, {"count": number(answered)}
    count = entered + answered
    if count == 1:
        return _lazy("A reading of %(what)s was entered"), {}
    return _lazy("%(count)s readings of %(what)s were entered"), {"count": number(count)}


def _reason(entry: Happened, names: Names) -> Sequence[str]:
    said = " ".join(entry.texts.get("reason", "").split())
    return [said] if said else []


def _kpis(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Kpi).filter(pk__in=ids).select_related("circle")
    return {row.pk: Named(f"{number_of(row)} {row.name}", reverse("kpi", args=[row.pk])) for row in rows}


def _readings(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Reading).filter(pk__in=ids).select_related("kpi")
    return {
        row.pk: Named(f"{row.kpi.name}, {period_words(row.kpi, row.start_on)}", reverse("reading", args=[row.pk]))
        for row in rows
    }


say("kpi.defined", _lazy("%(what)s is watched from now on"), topic="goals", sign="plus")
say("kpi.changed", _lazy("%(what)s is measured in another way"), topic="goals", sign="edit")
say("kpi.retired", _lazy("%(what)s is watched no more"), topic="goals", sign="withdraw")
say("kpi.watched", _lazy("%(what)s is watched again"), topic="goals", sign="undo")
say("kpi.read", _read, topic="goals", sign="table")
say("reading.confirmed", _lazy("%(what)s was confirmed"), topic="goals", sign="check")
say("reading.contested", _lazy("%(what)s was contested"), details=_reason, topic="goals", sign="contest")
say("reading.resolved", _lazy("%(what)s is settled"), topic="goals", sign="decision")
name_rows("kpis.kpi", _lazy("a KPI"), _kpis)
name_rows("kpis.reading", _lazy("a reading"), _readings)
