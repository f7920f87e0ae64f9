"""What happened to a KPI or a reading, as the record tells it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor
from consortio.access.models import Seat
from consortio.partnerships.reads import Member, PartnershipRow
from consortio.record.edits import Edit
from consortio.record.reads import Told, told
from consortio.record.words import Happened, saying_of

from .words import term_words, told_value


@dataclass(frozen=True, slots=True)
class HistoryRow:
    at: datetime
    words: str
    details: tuple[str, ...]
    person: str
    organisation: Member | None


@access.read
def history_of(
    *, actor: Actor, here: PartnershipRow, kind: str, name: str, subject_ids: Sequence[UUID]
) -> tuple[HistoryRow, ...]:
    """Return what happened to rows that are called by one name, the newest first."""
    entries = told(actor=actor, subject_ids=subject_ids)
    people = _people(actor, entries)
    return tuple(_row(here, entry, kind, name, people) for entry in entries)


def _people(actor: Actor, entries: Iterable[Told]) -> dict[str, str]:
    ids = {entry.person_id for entry in entries if entry.person_id}
    ids |= {UUID(side) for edit in _edits(entries, "person_id") for side in (edit.before, edit.after) if side}
    rows = access.visible(actor, Seat).filter(person__in=ids).values_list("person_id", "person__name") if ids else ()
    return {str(pk): name for pk, name in rows}


def _edits(entries: Iterable[Told], field: str) -> Iterator[Edit]:
    return (edit for entry in entries for edit in entry.edits if edit.field == field)


def _row(here: PartnershipRow, entry: Told, kind: str, name: str, people: dict[str, str]) -> HistoryRow:
    happened = Happened(
        circle_id=entry.circle_id, number=entry.number, event=entry.event, kind=kind, subject_id=entry.subject_id,
        at=entry.at, person_id=entry.person_id, organisation_id=entry.organisation_id, door=entry.door,
        facts=entry.facts, texts=entry.texts, edits=entry.edits,
    )  # fmt: skip
    saying = saying_of(entry.event)
    words, values = saying.words(happened, people)
    names = people | {str(pk): member.name for pk, member in here.member_ids.items()}
    return HistoryRow(
        at=entry.at,
        words=str(words) % {"what": name, **values},
        details=(*saying.details(happened, people), *(_edit_words(edit, names) for edit in entry.edits)),
        person=people.get(str(entry.person_id), ""),
        organisation=here.member_ids.get(entry.organisation_id) if entry.organisation_id else None,
    )


def _edit_words(edit: Edit, names: dict[str, str]) -> str:
    before, after = (told_value(edit.field, side, names) or _("nothing") for side in (edit.before, edit.after))
    return _("%(what)s: %(before)s, now %(after)s") % {
        "what": term_words(edit.field),
        "before": before,
        "after": after,
    }
