"""What the record says of decisions, wherever it is read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
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

from .agreeing import key_of
from .models import Decision
from .wording import field_words

QUOTED = 160  # signs of a text that a line shows


def _keys(entry: Happened, names: Names) -> Sequence[str]:
    keys = entry.texts.get("governs", "")
    return [keys] if keys else []


def _edits(entry: Happened, names: Names) -> Sequence[str]:
    known = field_words()
    return [f"{known[edit.field]}: {_short(edit.after) or _('nothing')}" for edit in entry.edits if edit.field in known]


def _short(text: object) -> str:
    said = " ".join(str(text or "").split())
    return said if len(said) <= QUOTED else said[:QUOTED].rstrip() + "…"


def _must_be_known(entry: Happened, names: Names) -> tuple[object, Values]:
    count = len(entry.facts["people"])
    words = ngettext("One person must know %(what)s", "%(n)s people must know %(what)s", count)
    return words, {"n": number(count)}


def _need_not_be_known(entry: Happened, names: Names) -> tuple[object, Values]:
    count = len(entry.facts["people"])
    words = ngettext(
        "One person need not know %(what)s any more", "%(n)s people need not know %(what)s any more", count
    )
    return words, {"n": number(count)}


def _review(entry: Happened, names: Names) -> Sequence[str]:
    on = entry.facts["next_on"]
    again = _("to be looked at again on %(day)s") % {"day": day(date.fromisoformat(on))} if on else ""
    return [said for said in (_short(entry.texts.get("words")), again) if said]


def _decisions(actor: Actor, ids: Collection[UUID]) -> Mapping[UUID, Named]:
    rows = access.visible(actor, Decision).filter(pk__in=ids).values_list("pk", "circle__mark", "number", "question")
    return {
        pk: Named(f"{key_of(mark, count)} {question}", reverse("decision", args=[pk]))
        for pk, mark, count, question in rows
    }


about = partial(say, topic="agreement", sign="decision")
about("decision.drafted", _lazy("%(what)s was drafted"))
about("decision.edited", _lazy("The draft of %(what)s was changed"), details=_edits, is_step=True)
about("decision.withdrawn", _lazy("The draft of %(what)s was withdrawn"))
about("decision.proposed", _lazy("%(what)s was put to all members"), is_step=True)
about("decision.taken_back", _lazy("%(what)s is a draft again"))
about("decision.agreed", _lazy("%(what)s holds"))
about("decision.rejected", _lazy("%(what)s was rejected"))
about("decision.lapsed", _lazy("%(what)s lapsed"))
about("decision.superseded", _lazy("%(what)s was superseded by another decision"))
about("decision.governs", _lazy("%(what)s governs more"), details=_keys)
about("decision.governs_no_more", _lazy("%(what)s governs less"), details=_keys)
about("decision.must_be_known", _must_be_known)
about("decision.need_not_be_known", _need_not_be_known)
about("decision.still_fits", _lazy("%(what)s still fits"), details=_review)
about("decision.read", _lazy("%(what)s was read by somebody who must know it"), is_step=True)
name_rows("decisions.decision", _lazy("a decision"), _decisions)
