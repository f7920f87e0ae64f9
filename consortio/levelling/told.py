"""What the record says of capacity, needs and dates that were found, wherever it is read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from consortio import access
from consortio.access import Actor
from consortio.record.words import Happened, Named, Names, Values, name_rows, say
from consortio.ui.formats import day, number

from .models import Capacity, Demand, Levelling
from .words import amount_words


def _said(entry: Happened, names: Names) -> tuple[object, Values]:
    return _lazy("%(who)s: it was said how much time there is"), {"who": _who(entry, names)}


def _changed(entry: Happened, names: Names) -> tuple[object, Values]:
    return _lazy("%(who)s: it was changed how much time there is"), {"who": _who(entry, names)}


def _taken_back(entry: Happened, names: Names) -> tuple[object, Values]:
    return _lazy("%(who)s: what was said of time was taken back"), {"who": _who(entry, names)}


def _who(entry: Happened, names: Names) -> object:
    facts = entry.facts
    return names.get(str(facts.get("person"))) or names.get(str(facts.get("organisation"))) or _lazy("Somebody")


def _amount(entry: Happened, names: Names) -> Sequence[str]:
    facts = entry.facts
    first, last = date.fromisoformat(facts["from"]), facts["until"] and date.fromisoformat(facts["until"])
    told = {"amount": amount_words(facts["percent"]), "first": day(first), "last": day(last) if last else ""}
    if last:
        return [_("%(amount)s from %(first)s to %(last)s") % told]
    return [_("%(amount)s from %(first)s on") % told]


def _moves(entry: Happened, names: Names) -> Sequence[str]:
    facts, lines = entry.facts, []
    if items := facts.get("items"):
        words = ngettext("One item starts later", "%(n)s items start later", items)
        lines.append(words % {"n": number(items)})
    before, after = (facts.get(name) and datetime.fromisoformat(facts[name]) for name in ("finish_before", "finish"))
    if before and after and before != after:
        lines.append(_("the plan’s finish: %(before)s, now %(now)s") % {"before": day(before), "now": day(after)})
    return lines


def _capacities(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Capacity).filter(pk__in=ids).values_list("pk", "person__name", "organisation__name")
    return {pk: Named(person or organisation) for pk, person, organisation in rows}


def _demands(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Demand).filter(pk__in=ids, item__withdrawn_at=None)
    found = rows.values_list("pk", "item__name", "item_id")
    return {pk: Named(name, reverse("item_needs", args=[item_id])) for pk, name, item_id in found}


def _levellings(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Levelling).filter(pk__in=ids).values_list("pk", "plan__name")
    return {pk: Named(name, reverse("levelling", args=[pk])) for pk, name in rows}


about = partial(say, topic="plans")
about("capacity.said", _said, sign="people", details=_amount)
about("capacity.edited", _changed, sign="edit", details=_amount)
about("capacity.withdrawn", _taken_back, sign="withdraw", details=_amount)
about("demand.said", _lazy("It was said whom %(what)s needs"), sign="people", is_step=True)
about("demand.edited", _lazy("It was changed whom %(what)s needs"), sign="edit", is_step=True)
about("demand.withdrawn", _lazy("Somebody is not needed any more for %(what)s"), sign="withdraw", is_step=True)
about("levelling.found", _lazy("Dates that fit were looked for in %(what)s"), sign="clock", is_step=True)
about("levelling.applied", _lazy("Dates that fit were put into %(what)s"), sign="calendar", details=_moves)
name_rows("levelling.capacity", _lazy("somebody’s time"), _capacities)
name_rows("levelling.demand", _lazy("an item"), _demands)
name_rows("levelling.levelling", _lazy("a plan"), _levellings)
