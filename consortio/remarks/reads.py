"""What was said about a row, as far as the reader's circles go, and who can be named there."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from consortio import access
from consortio.access import Actor, Permission
from consortio.access.models import Circle, Kind, Seat, Within
from consortio.circles.reads import CircleRow, audience_of, circles_in
from consortio.partnerships.reads import Member, PartnershipRow, partnership
from consortio.ui.marks import Audience, Face

from .models import Mention, Remark
from .naming import Nameable, Piece, full_label, nameable, named_in, pieces_of
from .subjects import Subject, subject_of

PAGE, PAGE_MAX = 30, 100
PICKED_MAX, PICK_MIN = 8, 2  # people that the picker shows, and signs that it wants to see first


@dataclass(frozen=True, slots=True)
class RemarkRow:
    id: UUID
    version: int
    circle_id: UUID
    text: str  # empty: withdrawn
    pieces: tuple[Piece, ...]
    mentions: tuple[UUID, ...]
    person_id: UUID
    person: str
    is_former: bool  # its author has no seat in its circle any more
    organisation: Member | None
    subject_id: UUID
    made_at: datetime
    edited_at: datetime | None
    withdrawn_at: datetime | None
    can_edit: bool
    can_withdraw: bool
    audience: Audience | None  # where it is narrower than what it is about

    @property
    def face(self) -> Face:
        mark = self.organisation.mark if self.organisation else None
        return Face(self.person, mark.hue if mark else "", mark.name if mark else "")


@dataclass(frozen=True, slots=True)
class RemarksPage:
    """What was said about a row: the oldest first, of the newest so many."""

    subject: Subject
    partnership: PartnershipRow
    audience: Audience  # of the row itself
    rows: tuple[RemarkRow, ...]
    total: int  # that the reader sees and that stand
    earlier: UUID | None  # give it back to see those before
    circles: tuple[CircleRow, ...]  # in which the reader can speak of it, the narrowest first


@access.read
def remarks_of(*, actor: Actor, subject_id: UUID, before: UUID | None = None, limit: int = PAGE) -> RemarksPage:
    """
    Return the newest remarks about a row, the oldest of them first; or those before a named one.

    Raises:
        NotVisible: there is no such row for this actor, or no such remark to go back from.
    """
    subject = subject_of(actor, subject_id)
    row = partnership(actor=actor, partnership_id=subject.partnership_id)
    circles = {circle.id: circle for circle in circles_in(actor=actor, partnership_id=row.id)}
    found = access.visible(actor, Remark).filter(subject_id=subject.id)
    asked = found.filter(_before(actor, before)) if before else found
    newest = list(_with_authors(actor, asked).order_by("-made_at", "-pk")[: min(limit, PAGE_MAX) + 1])
    shown = newest[: min(limit, PAGE_MAX)][::-1]
    return RemarksPage(
        subject=subject,
        partnership=row,
        audience=_audience(actor, subject, row, circles),
        rows=_rows(actor, subject, row, circles, shown),
        total=_total(found, shown, is_all=not before and len(newest) == len(shown)),
        earlier=shown[0].pk if len(newest) > len(shown) else None,
        circles=_where_to_speak(actor, subject, circles),
    )


def _with_authors(actor: Actor, remarks: QuerySet) -> QuerySet:
    own = {name: OuterRef(f"{name}_id") for name in ("circle", "person", "organisation")}
    sitting = access.visible(actor, Seat).filter(**own, ended_at=None)
    return remarks.select_related("person").annotate(is_former=~Exists(sitting))


def _audience(actor: Actor, subject: Subject, row: PartnershipRow, circles: Mapping[UUID, CircleRow]) -> Audience:
    if subject.circle_id in circles:
        return circles[subject.circle_id].audience
    kind = access.get(actor, Circle, subject.circle_id).kind  # in a house, one circle stands for both that are in-house
    return audience_of(actor=actor, circle_id=subject.circle_id, kind=kind, members=row.members)


def _total(found: QuerySet, shown: Sequence[Remark], *, is_all: bool) -> int:
    """Return how many stand, as far as the reader sees; without a query where all of them are shown."""
    if is_all:
        return sum(one.withdrawn_at is None for one in shown)
    return found.filter(withdrawn_at=None).count()


def _before(actor: Actor, before: UUID) -> Q:
    named = access.get(actor, Remark, before)
    return Q(made_at__lt=named.made_at) | Q(made_at=named.made_at, pk__lt=named.pk)


def _where_to_speak(actor: Actor, subject: Subject, circles: Mapping[UUID, CircleRow]) -> tuple[CircleRow, ...]:
    mine = [one for one in circles.values() if Permission.REMARK_WRITE in one.granted]
    own = circles.get(subject.circle_id)
    if own and own.kind == Kind.JOINT:  # in which every circle lies but the public one
        return tuple(one for one in mine if one.kind != Kind.PUBLIC)
    inside = set(access.visible(actor, Within).filter(wider=subject.circle_id).values_list("circle_id", flat=True))
    return tuple(one for one in mine if one.id in inside)


def _rows(
    actor: Actor, subject: Subject, row: PartnershipRow, circles: Mapping[UUID, CircleRow], shown: Sequence[Remark]
) -> tuple[RemarkRow, ...]:
    named = _named(actor, shown) if shown else {}
    narrower = {pk: circle.audience for pk, circle in circles.items() if pk != subject.circle_id}
    return tuple(_row(actor, one, named[one.pk], row.member_ids, narrower.get(one.circle_id)) for one in shown)


def _named(actor: Actor, shown: Sequence[Remark]) -> Mapping[UUID, list[Nameable]]:
    """Return whom each remark names, under both names that may stand in it; two queries."""
    seats = access.visible(actor, Seat).filter(circle__in={one.circle_id for one in shown})
    mentions = access.visible(actor, Mention).filter(remark__in=shown)
    people: dict[tuple[UUID, UUID], tuple[str, str]] = {}
    columns = ("circle_id", "person_id", "person__name", "organisation__name")
    seats = seats.filter(person__in=mentions.values("person")).order_by("organisation__name", "pk")
    for circle_id, person_id, name, organisation in seats.values_list(*columns):
        people.setdefault((circle_id, person_id), (name, organisation))
    found: dict[UUID, list[Nameable]] = defaultdict(list)
    for remark_id, circle_id, person_id in mentions.order_by("pk").values_list("remark_id", "circle_id", "person_id"):
        if (circle_id, person_id) in people:
            name, organisation = people[circle_id, person_id]
            for label in (name, full_label(name, organisation)):
                found[remark_id].append(Nameable(person_id, name, organisation, label))
    return found


def _row(
    actor: Actor,
    remark: Remark,
    named: Sequence[Nameable],
    members: Mapping[UUID, Member],
    narrower: Audience | None,
) -> RemarkRow:
    is_own = remark.person_id == actor.person_id and remark.organisation_id == actor.organisation_id
    granted = actor.permissions.get(remark.circle_id, ())
    is_ours = remark.organisation_id == actor.organisation_id and Permission.CIRCLE_SEAT in granted
    text = "" if remark.withdrawn_at else remark.text
    return RemarkRow(
        id=remark.pk,
        version=remark.version,
        circle_id=remark.circle_id,
        text=text,
        pieces=pieces_of(text, named),
        mentions=named_in(text, named),
        person_id=remark.person_id,
        person=remark.person.name,
        is_former=remark.is_former,  # type: ignore[attr-defined]  # see _with_authors
        organisation=members.get(remark.organisation_id),
        subject_id=remark.subject_id,
        made_at=remark.made_at,
        edited_at=remark.edited_at,
        withdrawn_at=remark.withdrawn_at,
        can_edit=bool(text) and is_own and Permission.REMARK_WRITE in granted,
        can_withdraw=bool(text) and (is_ours or is_own and Permission.REMARK_WRITE in granted),
        audience=narrower,
    )


@access.read
def remark(*, actor: Actor, remark_id: UUID) -> RemarkRow:
    """Raises: NotVisible, also where the row that it is about is not there any more."""
    found = _with_authors(actor, access.visible(actor, Remark).filter(pk=remark_id)).first()
    if found is None:
        raise access.NotVisible
    subject = subject_of(actor, found.subject_id)
    row = partnership(actor=actor, partnership_id=subject.partnership_id)
    circles = {circle.id: circle for circle in circles_in(actor=actor, partnership_id=row.id)}
    (made,) = _rows(actor, subject, row, circles, [found])
    return made


@access.read
def people_of(*, actor: Actor, circle_id: UUID) -> tuple[Nameable, ...]:
    """Return who sits in a circle now and can be named there, by name; one query."""
    seats = access.visible(actor, Seat).filter(circle=circle_id, ended_at=None)
    return nameable(seats.values_list("person_id", "person__name", "organisation__name"))


@access.read
def people_like(*, actor: Actor, circle_id: UUID, text: str) -> tuple[Nameable, ...]:
    """
    Return the first people of a circle with a name, or a part of one, that begins so; none before two signs are there.

    Raises:
        NotVisible: there is no such circle for this actor.
    """
    access.get(actor, Circle, circle_id)
    wanted = text.strip().casefold()
    if len(wanted) < PICK_MIN:
        return ()
    people = people_of(actor=actor, circle_id=circle_id)
    return tuple(one for one in people if _begins(one.label.casefold(), wanted))[:PICKED_MAX]


def _begins(label: str, wanted: str) -> bool:
    words = label.split()
    return any(" ".join(words[at:]).startswith(wanted) for at in range(len(words)))
