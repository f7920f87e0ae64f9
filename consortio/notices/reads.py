"""What happened in circles, in the reader's words: for the page of a circle, a digest, and whatever changed since a visit."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor
from consortio.access.models import Circle, Kind, Place, Seat
from consortio.partnerships.reads import Member, partnerships_of
from consortio.record.feed import by_kind, happened_since
from consortio.record.feed import last_numbers as last_numbers
from consortio.record.feed import numbers_before as numbers_before
from consortio.record.words import Happened, Named, named, noun_of, saying_of, sentence

Members = Mapping[UUID, Mapping[UUID, Member]]  # of each circle, by organisation


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in words: what is said before the row's name, the name with its address, and what is said after it."""

    circle_id: UUID
    number: int
    at: datetime
    event: str
    kind: str  # of the row
    subject_id: UUID
    topic: str
    sign: str
    before: str
    what: str
    after: str
    url: str
    details: tuple[str, ...]
    person_id: UUID | None
    person: str  # empty: nobody in particular
    is_former: bool  # that person takes part nowhere any more where the reader sees them
    organisation: Member | None
    is_mine: bool
    names_me: bool  # a remark that does

    @property
    def words(self) -> str:
        """Return the whole sentence."""
        return f"{self.before}“{self.what}”{self.after}" if self.what else self.before


@dataclass(frozen=True, slots=True)
class Lines:
    lines: tuple[Line, ...]
    total: int  # that the reader sees, shown or not


@access.read
def told_since(*, actor: Actor, since: Mapping[UUID, int], limit: int = 20, others_only: bool = False) -> Lines:
    """
    Return what happened in these circles after the numbers last seen there, the newest first, with how much in all.

    Args:
        since: the number of the entry last seen in each circle (see `last_numbers`); 0 for all of it. A circle that the
            actor does not sit in, or that is not there, adds nothing.
        others_only: leave out what the actor did themselves, under this hat.
    """
    found, total = happened_since(actor=actor, since=since, limit=limit, others_only=others_only)
    return Lines(in_words(actor, found), total)


def in_words(actor: Actor, entries: Sequence[Happened]) -> tuple[Line, ...]:
    """Return entries as lines; a handful of queries, however many there are. Runs inside a read."""
    members = _members(actor, {entry.circle_id for entry in entries})
    names, former = _names(actor, entries)
    rows = {kind: named(actor, kind, ids) for kind, ids in by_kind(entries).items()}
    found = (_line(actor, entry, members, names, rows[entry.kind].get(entry.subject_id)) for entry in entries)
    return tuple(replace(line, is_former=str(line.person_id) in former) for line in found)


def _line(actor: Actor, entry: Happened, members: Members, names: Mapping[str, str], row: Named | None) -> Line:
    saying = saying_of(entry.event)
    before, after, names_it = sentence(entry, names)
    return Line(
        circle_id=entry.circle_id,
        number=entry.number,
        at=entry.at,
        event=entry.event,
        kind=entry.kind,
        subject_id=entry.subject_id,
        topic=saying.topic,
        sign=saying.sign,
        before=before,
        what=(row.name if row else noun_of(entry.kind)) if names_it else "",
        after=after,
        url=row.url if row else "",
        details=tuple(saying.details(entry, names)),
        person_id=entry.person_id,
        person=names.get(str(entry.person_id), ""),
        is_former=False,
        organisation=members.get(entry.circle_id, {}).get(entry.organisation_id),
        is_mine=entry.person_id == actor.person_id and entry.organisation_id == actor.organisation_id,
        names_me=str(actor.person_id) in entry.facts.get("mentions", ()),
    )


def _members(actor: Actor, circle_ids: Collection[UUID]) -> Members:
    """Return the organisations as they look in the partnership of each circle."""
    by_partnership = {row.id: row.member_ids for row in partnerships_of(actor=actor)}
    circles = access.visible(actor, Circle).filter(pk__in=circle_ids).values_list("pk", "partnership_id")
    return {pk: by_partnership.get(partnership_id, {}) for pk, partnership_id in circles}


def _names(actor: Actor, entries: Iterable[Happened]) -> tuple[dict[str, str], set[str]]:
    """Return the names of people and organisations that entries refer to, as far as the reader sees them; and who left."""
    people: set[UUID | None] = set()
    organisations: set[UUID | None] = set()
    for entry in entries:
        people |= {entry.person_id, _id(entry.facts.get("person")), *_edited(entry, "person_id")}
        organisations |= {
            entry.organisation_id,
            _id(entry.facts.get("organisation")),
            *_edited(entry, "organisation_id"),
        }
    found, former = _people(actor, {pk for pk in people if pk})
    if organisations:
        rows = access.visible(actor, Place).filter(organisation__in={pk for pk in organisations if pk})
        found |= {str(pk): name for pk, name in rows.values_list("organisation_id", "organisation__name")}
    return found, former


def _people(actor: Actor, ids: Collection[UUID]) -> tuple[dict[str, str], set[str]]:
    """Return names by id, and who of them has no open seat any more that the reader sees."""
    seats = access.visible(actor, Seat).filter(person__in=ids).values_list("person_id", "person__name", "ended_at")
    rows = list(seats) if ids else []
    there = {pk for pk, _name, ended_at in rows if ended_at is None}
    return {str(pk): name for pk, name, _ended in rows}, {str(pk) for pk, *_ in rows if pk not in there}


def _edited(entry: Happened, field: str) -> set[UUID | None]:
    """Return the ids that an edit of a field put in one another's place."""
    return {_id(value) for edit in entry.edits if edit.field == field for value in (edit.before, edit.after)}


def _id(plain: object) -> UUID | None:
    try:
        return UUID(plain) if isinstance(plain, str) else None
    except ValueError:
        return None


@access.read
def circle_names(*, actor: Actor, circle_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what circles are called where several partnerships stand beside one another."""
    rows = access.visible(actor, Circle).filter(pk__in=circle_ids).select_related("partnership", "organisation")
    return {row.pk: _circle_name(row) for row in rows}


def _circle_name(row: Circle) -> str:
    if row.kind == Kind.JOINT:
        return str(row.partnership.name)
    said = {"partnership": row.partnership.name, "circle": row.name}
    if row.kind == Kind.HOUSE:
        return _("%(partnership)s, in house") % said
    if row.kind == Kind.PUBLIC:
        return _("%(partnership)s, for anyone with the link") % said
    return _("%(partnership)s, %(circle)s") % said
