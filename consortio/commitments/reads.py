"""What is shown of commitments: lists of them, one with its steps, what waits, and how far promises hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from consortio import access
from consortio.access import Actor, NotVisible, Permission
from consortio.access.models import Circle, Seat
from consortio.access.models import Kind as CircleKind
from consortio.approvals.reads import agreeing_partnership
from consortio.circles.reads import CircleRow, circles_in
from consortio.partnerships.reads import Member, PartnershipRow, partnership
from consortio.record.beside import Part, columns_beside, parts_beside
from consortio.record.words import named, noun_of
from consortio.ui.marks import Audience, Face

from .counting import Fact, Reliability, figures_of, is_running_late, reliability
from .models import Commitment, Step
from .models import CommitmentState as State
from .rules import (
    BY_NAMED,
    Kind,
    Side,
    Standing,
    answers_to,
    day_of,
    side_of,
    standing_of,
    states_meant,
    steps_of,
    waits_for,
)

PAGE = 30
PROMISING = (CircleKind.JOINT, CircleKind.SIDE)
LINKED = {"item": "plans.item", "goal": "goals.goal", "decision": "decisions.decision"}


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody named on one side."""

    id: UUID
    name: str
    is_former: bool  # has no seat in the circle any more


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    id: UUID
    number: str
    serial: int
    version: int
    circle_id: UUID
    partnership_id: UUID
    name: str
    done_when: str
    promiser: Member
    receiver: Member
    promiser_person: Named | None
    receiver_person: Named | None
    due_on: date
    first_due_on: date
    asked_due_on: date | None
    size: int
    state: str
    offered_by_id: UUID
    offered_at: datetime
    accepted_at: datetime | None
    delivered_at: datetime | None
    closed_at: datetime | None
    was_on_time: bool | None
    is_overdue: bool
    waits_for: Member | None
    audience: Audience | None  # where fewer than all members see it

    @property
    def is_ours(self) -> bool:
        return self.promiser.is_you or self.receiver.is_you


@dataclass(frozen=True, slots=True)
class StepRow:
    id: UUID
    kind: str
    organisation: Member
    person: str
    words: str
    due_before: date | None
    due_after: date | None
    was_in_time: bool | None
    taken_at: datetime

    @property
    def face(self) -> Face:
        return Face(self.person, self.organisation.mark.hue, self.organisation.name)


@dataclass(frozen=True, slots=True)
class Linked:
    """A row that a commitment is about."""

    kind: str  # item, goal, decision
    id: UUID
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class CommitmentPage:
    row: CommitmentRow
    partnership: PartnershipRow
    audience: Audience
    own: Member | None  # the reader's organisation
    steps: tuple[StepRow, ...]  # in their order
    linked: tuple[Linked, ...]
    may: tuple[str, ...]  # the steps that the reader may take
    may_edit: bool
    is_said_by_you: bool  # the reader said, for the other side, what now waits for an answer
    item_id: UUID | None
    goal_id: UUID | None
    decision_id: UUID | None
    beside: tuple[Part, ...]  # what other features say of it


@dataclass(frozen=True, slots=True)
class Look:
    """
    What a list holds.

    Args:
        state: one, "open", "closed", or "" for all.
        way: "given", "received" or "between" others, for the page's own links; the ids say it.
        circle_id: what everybody in that circle sees.
        figure: those that a figure was counted from.
    """

    state: str = ""
    way: str = ""
    promiser_id: UUID | None = None
    receiver_id: UUID | None = None
    organisation_id: UUID | None = None  # on either side
    besides_id: UUID | None = None  # on neither
    circle_id: UUID | None = None
    overdue: bool = False
    text: str = ""
    figure: str = ""


@dataclass(frozen=True, slots=True)
class CommitmentsPage:
    partnership: PartnershipRow
    rows: tuple[CommitmentRow, ...]
    before: int  # how many come before these
    total: int
    is_any: bool  # there is a commitment, whatever is asked for
    circles: tuple[CircleRow, ...]  # in which something may be promised, of those that the reader sits in
    counted_in: CircleRow  # the circle whose figures are shown
    figures: tuple[tuple[Member, Reliability], ...]
    may_offer: bool


@access.read
def commitments_page(
    *, actor: Actor, partnership_id: UUID, at: datetime, look: Look, before: int = 0, limit: int = PAGE
) -> CommitmentsPage:
    """
    Return the commitments of a partnership that the actor sees, those due first in front, and how far promises hold.

    The figures are of one circle, the joint one where none is asked for: of what everybody there sees.

    Raises:
        NotVisible: also for an organisation's own house, and for a circle in which the actor does not sit.
    """
    here = agreeing_partnership(actor=actor, partnership_id=partnership_id)
    circles = tuple(row for row in circles_in(actor=actor, partnership_id=here.id) if row.kind in PROMISING)
    wanted = look.circle_id or here.joint_id
    counted_in = next((row for row in circles if row.id == wanted), None)
    if counted_in is None:
        raise NotVisible
    facts = facts_of(actor, wanted)
    found = _asked_for(_in(actor, here, look), look, facts, at)
    total = found.count()
    shown = list(with_people(actor, _in_order(found, look))[before : before + limit]) if total else []
    return CommitmentsPage(
        partnership=here,
        rows=rows_of(shown, here, {row.id: row.audience for row in circles}, at),
        before=before,
        total=total,
        is_any=bool(total or facts) or access.visible(actor, Commitment).filter(circle__partnership=here.id).exists(),
        circles=circles,
        counted_in=counted_in,
        figures=_by_member(here, counted_in, facts, at),
        may_offer=may_offer(circles),
    )


@access.read
def reliability_in(*, actor: Actor, circle_id: UUID, at: datetime) -> tuple[tuple[Member, Reliability], ...]:
    """
    Return how far the promises of each organisation in a circle hold, of what everybody there sees.

    Raises:
        NotVisible: also for a circle in which nothing is promised.
    """
    circle = access.get(actor, Circle, circle_id)
    here = agreeing_partnership(actor=actor, partnership_id=circle.partnership_id)
    for row in circles_in(actor=actor, partnership_id=here.id):
        if row.id == circle_id and row.kind in PROMISING:
            return _by_member(here, row, facts_of(actor, circle_id), at)
    raise NotVisible


def _by_member(
    here: PartnershipRow, circle: CircleRow, facts: Sequence[Fact], at: datetime
) -> tuple[tuple[Member, Reliability], ...]:
    """Return a row for each organisation in the circle, and for those who have left and are counted; by name."""
    inside, named_in = {mark.letters for mark in circle.organisations}, {pk for one in facts for pk in one.parties}
    members = [one for one in here.members if one.letters in inside or one.organisation_id in named_in]
    figures = reliability(facts, [member.organisation_id for member in members], at)
    return tuple((member, figures[member.organisation_id]) for member in members)


def may_offer(circles: Sequence[CircleRow]) -> bool:
    return any(Permission.PLAN_EDIT in row.granted and len(row.organisations) > 1 for row in circles)


def facts_of(actor: Actor, circle_id: UUID) -> tuple[Fact, ...]:
    """Return what everybody in a circle sees, as it is counted; one query."""
    return tuple(Fact(*row) for row in _FACTS.ask(actor, circle_id))


def _facts(actor: Actor, circle_id: UUID) -> QuerySet:
    early, late = (Exists(_steps(actor, Kind.MOVED).filter(was_in_time=in_time)) for in_time in (True, False))
    asked = Subquery(_steps(actor, Kind.ASKED).order_by("-taken_at", "-pk").values("was_in_time")[:1])
    rows = access.common(actor, Commitment, circle_id).annotate(early=early, late=late, asked=asked).order_by("pk")
    columns = ("pk", "promiser_id", "receiver_id", "state", "due_on", "size", "delivered_at", "closed_at")
    return rows.values_list(*columns, "was_on_time", "early", "late", "asked_due_on", "asked")


def _steps(actor: Actor, kind: Kind) -> QuerySet:
    return access.visible(actor, Step).filter(commitment=OuterRef("pk"), kind=kind)


_FACTS = access.Question(_facts, Actor, UUID)


def _in(actor: Actor, here: PartnershipRow, look: Look) -> QuerySet:
    if look.circle_id:
        return access.common(actor, Commitment, look.circle_id)
    return access.visible(actor, Commitment).filter(circle__partnership=here.id)


def _asked_for(rows: QuerySet, look: Look, facts: Sequence[Fact], at: datetime) -> QuerySet:
    if look.state:
        rows = rows.filter(state__in=list(states_meant(look.state)))
    for column in ("promiser_id", "receiver_id"):
        if value := getattr(look, column):
            rows = rows.filter(**{column: value})
    if look.organisation_id:
        rows = rows.filter(Q(promiser=look.organisation_id) | Q(receiver=look.organisation_id))
    if look.besides_id:
        rows = rows.exclude(promiser=look.besides_id).exclude(receiver=look.besides_id)
    if look.overdue:
        rows = rows.filter(state=State.ACCEPTED, due_on__lt=day_of(at))
    if look.figure:
        rows = rows.filter(pk__in=[fact.id for fact in facts if look.figure in figures_of(fact, at)])
    return rows.filter(_meant(look.text)) if look.text else rows


def _meant(text: str) -> Q:
    """Return the condition of words in it, or of its number as it is written: "C-3"."""
    mark, sign, number = text.upper().rpartition("C-")
    named = Q(name__icontains=text) | Q(done_when__icontains=text)
    if not sign or not number.isdecimal() or len(number) > 9:
        return named
    return named | Q(number=int(number), circle__mark__iexact=mark)


def _in_order(rows: QuerySet, look: Look) -> QuerySet:
    newest_first = look.state and not set(states_meant(look.state)) & set(states_meant("open"))
    return rows.order_by("-due_on", "-number", "-pk") if newest_first else rows.order_by("due_on", "number", "pk")


def with_people(actor: Actor, rows: QuerySet) -> QuerySet:
    former = {}
    for side in ("promiser", "receiver"):
        whom = {"person": OuterRef(f"{side}_person_id"), "organisation": OuterRef(f"{side}_id")}
        seats = access.visible(actor, Seat).filter(circle=OuterRef("circle_id"), ended_at=None, **whom)
        former[f"{side}_person_is_former"] = ~Exists(seats)
    return rows.select_related("circle", "promiser_person", "receiver_person").annotate(**former)


def rows_of(
    found: Sequence[Any], here: PartnershipRow, audiences: Mapping[UUID, Audience], at: datetime
) -> tuple[CommitmentRow, ...]:
    return tuple(_row(row, here, audiences, at) for row in found)


def _row(row: Any, here: PartnershipRow, audiences: Mapping[UUID, Audience], at: datetime) -> CommitmentRow:
    members = here.member_ids
    turn = {Side.PROMISER: row.promiser_id, Side.RECEIVER: row.receiver_id}
    waiting = waits_for(standing_of(row, at))
    return CommitmentRow(
        id=row.pk,
        number=f"{row.circle.mark}C-{row.number}",
        serial=row.number,
        version=row.version,
        circle_id=row.circle_id,
        partnership_id=here.id,
        name=row.name,
        done_when=row.done_when,
        promiser=members[row.promiser_id],
        receiver=members[row.receiver_id],
        promiser_person=_named(row.promiser_person, row.promiser_person_is_former),
        receiver_person=_named(row.receiver_person, row.receiver_person_is_former),
        due_on=row.due_on,
        first_due_on=row.first_due_on,
        asked_due_on=row.asked_due_on,
        size=row.size,
        state=row.state,
        offered_by_id=row.offered_by_id,
        offered_at=row.offered_at,
        accepted_at=row.accepted_at,
        delivered_at=row.delivered_at,
        closed_at=row.closed_at,
        was_on_time=row.was_on_time,
        is_overdue=is_running_late(row.state, row.due_on, at),
        waits_for=members[turn[waiting]] if waiting in turn else None,
        audience=None if row.circle_id == here.joint_id else audiences.get(row.circle_id),
    )


def _named(person: Any, is_former: bool) -> Named | None:
    return Named(person.pk, person.name, is_former) if person else None


@access.read
def commitment_page(*, actor: Actor, commitment_id: UUID, at: datetime) -> CommitmentPage:
    """Return one commitment with its steps, and those that the actor may take."""
    found = with_people(actor, access.visible(actor, Commitment).filter(pk=commitment_id))
    row = found.annotate(**columns_beside(actor, "commitments.commitment")).first()
    if row is None:
        raise NotVisible
    here = partnership(actor=actor, partnership_id=row.circle.partnership_id)
    audiences = {one.id: one.audience for one in circles_in(actor=actor, partnership_id=here.id)}
    (shown,) = rows_of([row], here, audiences, at)
    taken = access.visible(actor, Step).filter(commitment=row).select_related("person").order_by("taken_at", "pk")
    steps = list(taken)
    may = _may(actor, row, standing_of(row, at))
    own_words = {step.kind for step in _newest(steps) if step.person_id == actor.person_id}
    return CommitmentPage(
        row=shown,
        partnership=here,
        audience=audiences[row.circle_id],
        own=here.member_ids.get(actor.organisation_id) if actor.organisation_id else None,
        steps=tuple(_step(step, here) for step in steps),
        linked=_linked(actor, row),
        may=tuple(kind for kind in may if answers_to(kind, row.state) not in own_words),
        may_edit=row.state == State.OFFERED and row.offered_by_id == actor.organisation_id and _may_write(actor, row),
        is_said_by_you=any(answers_to(kind, row.state) in own_words for kind in may),
        item_id=row.item_id,
        goal_id=row.goal_id,
        decision_id=row.decision_id,
        beside=parts_beside(actor, "commitments.commitment", row),
    )


def _newest(steps: Sequence[Step]) -> Sequence[Step]:
    """Return the newest step of each kind."""
    return list({step.kind: step for step in steps}.values())


def _may_write(actor: Actor, row: Commitment) -> bool:
    return access.can(actor, Permission.PLAN_EDIT, row)


def _may(actor: Actor, row: Commitment, standing: Standing) -> tuple[Kind, ...]:
    """Return the steps that the actor may take now: all of their side, or those of whoever was named."""
    open_to = steps_of(standing, side_of(row, actor.organisation_id))
    if _may_write(actor, row):
        return open_to
    is_named = (row.promiser_id, row.promiser_person_id) == (actor.organisation_id, actor.person_id)
    if is_named and access.can(actor, Permission.PROGRESS_UPDATE, row):
        return tuple(kind for kind in open_to if kind in BY_NAMED)
    return ()


def _step(step: Any, here: PartnershipRow) -> StepRow:
    return StepRow(
        id=step.pk,
        kind=step.kind,
        organisation=here.member_ids[step.organisation_id],
        person=step.person.name,
        words=step.words,
        due_before=step.due_before,
        due_after=step.due_after,
        was_in_time=step.was_in_time,
        taken_at=step.taken_at,
    )


def _linked(actor: Actor, row: Commitment) -> tuple[Linked, ...]:
    found = []
    for kind, label in LINKED.items():
        if pk := getattr(row, f"{kind}_id"):
            one = named(actor, label, [pk]).get(pk)
            found.append(Linked(kind, pk, one.name if one else noun_of(label), one.url if one else ""))
    return tuple(found)
