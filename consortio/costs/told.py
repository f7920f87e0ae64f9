"""What the record's entries about costs say, wherever they are read."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from consortio import access
from consortio.access import Actor
from consortio.plans.edit_words import edit_line
from consortio.record.words import Happened, Named, Names, name_rows, say
from consortio.ui.formats import listing

from .models import Cost

OWN = {"payer_id": _lazy("who pays"), "rule": _lazy("how it earns")}


def _changes(entry: Happened, names: Names) -> Sequence[str]:
    lines = [edit_line(edit, names) for edit in entry.edits if edit.field not in OWN]
    if others := [str(OWN[edit.field]) for edit in entry.edits if edit.field in OWN]:
        lines.append(_("changed: %(fields)s") % {"fields": listing(others)})
    return lines


def _costs(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Cost).filter(pk__in=ids).values_list("pk", "item_id", "item__name")
    return {pk: Named(name, reverse("item_cost", args=[item_id])) for pk, item_id, name in rows}


say("cost.written", _lazy("The cost of %(what)s was written"), sign="edit", topic="plans", details=_changes)
name_rows("costs.cost", _lazy("a cost"), _costs)
