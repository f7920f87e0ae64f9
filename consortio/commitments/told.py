"""What the record says of commitments, wherever it is read."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from consortio import access
from consortio.access import Actor
from consortio.record.words import Happened, Named, Names, Values, name_rows, say
from consortio.ui.formats import day

from .models import Commitment
from .rules import day_in


def _offered(entry: Happened, names: Names) -> tuple[object, Values]:
    both = (str(entry.organisation_id), str(entry.facts.get("organisation")))
    values = {place: names.get(pk, "") or _lazy("somebody") for place, pk in zip(("one", "other"), both, strict=True)}
    if entry.facts["is_asked"]:
        return _lazy("%(one)s asked %(other)s for a promise: %(what)s"), values
    return _lazy("%(one)s offered %(other)s a promise: %(what)s"), values


def _words(entry: Happened, names: Names) -> Sequence[str]:
    said = " ".join(entry.texts.get("words", "").split())
    return [said] if said else []


def _dates(entry: Happened, names: Names) -> Sequence[str]:
    before, after = (day_in(entry.facts.get(name)) for name in ("due_before", "due_after"))
    if before is None or after is None:
        return _words(entry, names)
    moved = _("%(after)s instead of %(before)s") % {"after": day(after), "before": day(before)}
    return [moved, *_words(entry, names)]


def _commitments(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Commitment).filter(pk__in=ids).values_list("pk", "circle__mark", "number", "name")
    return {pk: Named(f"{mark}C-{number} {name}", reverse("commitment", args=[pk])) for pk, mark, number, name in rows}


about = partial(say, topic="agreement")
about("commitment.offered", _offered, sign="promise")
about("commitment.edited", _lazy("The offer %(what)s was written anew"), sign="edit", is_step=True)
about("commitment.accepted", _lazy("%(what)s was accepted"), sign="check", details=_words)
about("commitment.declined", _lazy("%(what)s was declined"), sign="close", details=_words)
about("commitment.withdrawn", _lazy("The offer %(what)s was taken back"), sign="withdraw", details=_words)
about("commitment.date_asked", _lazy("Another date was asked for: %(what)s"), sign="clock", details=_dates)
about("commitment.moved", _lazy("%(what)s got another date"), sign="calendar", details=_dates)
about("commitment.date_kept", _lazy("%(what)s keeps its date"), sign="calendar", details=_words)
about("commitment.delivered", _lazy("%(what)s is said to be delivered"), sign="send", details=_words)
about("commitment.confirmed", _lazy("%(what)s was confirmed"), sign="check", details=_words)
about("commitment.disputed", _lazy("It is disputed that %(what)s is delivered"), sign="contest", details=_words)
about("commitment.broken", _lazy("%(what)s is said to be broken"), sign="late", details=_words)
about("commitment.released", _lazy("Nobody waits for %(what)s any more"), sign="close", details=_words)
name_rows("commitments.commitment", _lazy("a promise"), _commitments)
