"""What is shown of decisions: the log, one decision with all that was said to it, and what waits for somebody."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from consortio import access
from consortio.access import Actor, NotVisible, Permission
from consortio.access.models import Circle, Kind, Seat
from consortio.approvals.reads import ProposalRow, proposal_rows
from consortio.circles.reads import CircleRow, circles_in
from consortio.gathered import document_in, gathered, instant_in, lists_in
from consortio.partnerships.reads import Member, PartnershipRow, partnership
from consortio.record.beside import Part, columns_beside, parts_beside

from .agreeing import draft_of, key_of
from .governing import GovernedRow, governed_by, keys_agreed
from .knowing import ReaderRow, readers_of_decision, unread_by
from .models import Decision, DecisionState, Governed, Review
from .rules import LIVE, RULED, WITHDRAWN, Draft, is_open_draft, is_review_due, name_of_choice, options_in

PAGE, PAGE_MAX, WAITS_MAX = 30, 200, 200


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One line of the log. `agreement` is there where the members were asked."""

    id: UUID
    key: str
    number: int
    version: int
    circle_id: UUID
    circle: CircleRow | None
    partnership_id: UUID
    question: str
    chosen: str
    state: str
    organisation: Member | None
    person: str
    raised_at: datetime
    decided_at: datetime | None
    effective_on: date | None
    review_on: date | None
    withdrawn_at: datetime | None
    proposal_id: UUID | None
    agreement: ProposalRow | None
    agreed_by: tuple[Member, ...]  # where it was settled without a proposal
    is_review_due: bool
    reviewed_at: datetime | None  # when it was last found still to fit


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """That a decision still fits, as somebody found on a day, and when it is looked at again."""

    id: UUID
    organisation_id: UUID
    member: Member | None
    person: str
    words: str
    due_on: date
    next_on: date | None
    said_at: datetime


@dataclass(frozen=True, slots=True)
class DecisionLog:
    """The newest first. `next` is the id of the last one shown, where others follow."""

    partnership: PartnershipRow
    circles: tuple[CircleRow, ...]
    rows: tuple[DecisionRow, ...]
    next: UUID | None
    may_draft: bool


@dataclass(frozen=True, slots=True)
class DecisionPage:
    partnership: PartnershipRow
    circle: CircleRow
    row: DecisionRow
    draft: Draft  # all that it says
    supersedes: DecisionRow | None
    superseded_by: tuple[DecisionRow, ...]  # the one that holds instead, or those that are to
    governs: tuple[GovernedRow, ...]
    keys_agreed: frozenset[str]  # of what it governs by what all agreed on: another decision changes that
    readers: tuple[ReaderRow, ...]
    taken_off: tuple[ReaderRow, ...]  # who had read it and need not know it any more
    reviews: tuple[ReviewRow, ...]  # the newest first
    beside: tuple[Part, ...]
    is_of_members: bool  # all members agree by a proposal; else it is settled
    may_write: bool
    may_review: bool  # its day has come, and it was the actor's organisation that raised it

    @property
    def own(self) -> ReaderRow | None:
        return next((reader for reader in self.readers if reader.is_you), None)

    @property
    def read_count(self) -> int:
        return sum(reader.read_at is not None for reader in self.readers)

    @property
    def is_draft(self) -> bool:
        return is_open_draft(self.row.state, self.row.withdrawn_at)

    @property
    def may_govern(self) -> bool:
        return self.may_write and self.row.state in LIVE and self.row.withdrawn_at is None

    @property
    def holds(self) -> bool:
        return self.row.state == DecisionState.AGREED


@dataclass(frozen=True, slots=True)
class ReadersPage:
    """Who must know, and whom the reader may name."""

    page: DecisionPage
    candidates: tuple[tuple[Member | None, tuple[tuple[UUID, str], ...]], ...]  # by organisation


@dataclass(frozen=True, slots=True)
class RulingRow:
    """A decision beside a row that it rules."""

    id: UUID
    key: str
    question: str
    chosen: str
    state: str
    decided_at: datetime | None
    circle_kind: str
    circle_name: str


@dataclass(frozen=True, slots=True)
class WaitingDecision:
    """A decision that somebody must read, or whose review is due."""

    id: UUID
    key: str
    question: str
    partnership_id: UUID
    circle_id: UUID
    chosen: str
    review_on: date | None
    asked_at: datetime | None  # to read it; none: they need not, or have
    is_review_due: bool

    @property
    def is_to_be_read(self) -> bool:
        return self.asked_at is not None


@access.read
def decisions_of(
    *,
    actor: Actor,
    partnership_id: UUID,
    at: datetime,
    today: date,
    state: str = "",
    circle_id: UUID | None = None,
    text: str = "",
    before: UUID | None = None,
    limit: int = PAGE,
) -> DecisionLog:
    """
    Return the decisions of a partnership that the actor sees; drafts that were withdrawn only where they are asked for.

    Raises:
        NotVisible: there is no such partnership for this actor, or no such decision to go back from.
    """
    here = partnership(actor=actor, partnership_id=partnership_id)
    circles = circles_in(actor=actor, partnership_id=here.id)
    found = access.visible(actor, Decision).filter(circle__partnership=here.id)
    found = found.filter(_asked(state, circle_id, text))
    if before:
        found = found.filter(_earlier_than(access.get(actor, Decision, before)))
    most = min(limit, PAGE_MAX)
    rows = list(_shown(actor, found).order_by("-raised_at", "-number", "-pk")[: most + 1])
    shown = rows[:most]
    agreement = proposal_rows(actor=actor, ids=_proposals(shown), here=here, at=at)
    return DecisionLog(
        partnership=here,
        circles=circles,
        rows=tuple(_row(one, here, circles, agreement, today) for one in shown),
        next=shown[-1].pk if len(rows) > most else None,
        may_draft=bool(circles_to_write_in(circles)),
    )


def _earlier_than(last: Decision) -> Q:
    at = Q(raised_at=last.raised_at)
    lower = Q(number__lt=last.number) | Q(number=last.number, pk__lt=last.pk)
    return Q(raised_at__lt=last.raised_at) | at & lower


def _asked(state: str, circle_id: UUID | None, text: str) -> Q:
    asked = ~Q(withdrawn_at=None) if state == WITHDRAWN else Q(withdrawn_at=None)
    if state in DecisionState.values:
        asked &= Q(state=state)
    if circle_id:
        asked &= Q(circle=circle_id)
    for word in text.split()[:10]:
        says = Q(question__icontains=word) | Q(context__icontains=word) | Q(reasons__icontains=word)
        sign, _dash, number = word.upper().rpartition("D-")
        if _dash and number.isdecimal() and len(number) < 10:
            says |= Q(number=int(number), circle__mark__iexact=sign)
        asked &= says
    return asked


def circles_to_write_in(circles: Collection[CircleRow]) -> tuple[CircleRow, ...]:
    """Return the circles in which the reader drafts decisions, the narrowest first."""
    return tuple(one for one in circles if one.kind != Kind.PUBLIC and Permission.PLAN_EDIT in one.granted)


def _shown(actor: Actor, rows: QuerySet) -> QuerySet:
    reviews = access.visible(actor, Review).filter(decision=OuterRef("pk"))
    columns = ("said_at", "pk", "organisation_id", "person__name", "words", "due_on", "next_on")
    return rows.select_related("circle", "person").annotate(reviewed=gathered(reviews, "decision", *columns))


def _proposals(decisions: Sequence[Decision]) -> list[UUID]:
    return [one.proposal_id for one in decisions if one.proposal_id]


def _row(
    one: Decision,
    here: PartnershipRow,
    circles: Sequence[CircleRow],
    agreement: Mapping[UUID, ProposalRow],
    today: date,
) -> DecisionRow:
    holds = one.state == DecisionState.AGREED
    return DecisionRow(
        id=one.pk,
        key=key_of(one.circle.mark, one.number),
        number=one.number,
        version=one.version,
        circle_id=one.circle_id,
        circle=next((circle for circle in circles if circle.id == one.circle_id), None),
        partnership_id=here.id,
        question=one.question,
        chosen=name_of_choice([tuple(option) for option in options_in(one.options)], one.choice),
        state=WITHDRAWN if one.withdrawn_at else one.state,
        organisation=here.member_ids.get(one.organisation_id),
        person=one.person.name,
        raised_at=one.raised_at,
        decided_at=one.decided_at,
        effective_on=one.effective_on,
        review_on=one.review_on,
        withdrawn_at=one.withdrawn_at,
        proposal_id=one.proposal_id,
        agreement=agreement.get(one.proposal_id) if one.proposal_id else None,
        agreed_by=_members(here, one.agreed_by),
        is_review_due=holds and is_review_due(one.review_on, today),
        reviewed_at=instant_in(_said(one)[0][0]) if _said(one) else None,
    )


@access.read
def decision_page(*, actor: Actor, decision_id: UUID, at: datetime, today: date) -> DecisionPage:
    """Return one decision, with what it supersedes or is superseded by. Raises: NotVisible."""
    rows = access.visible(actor, Decision)
    before = rows.filter(pk=decision_id).values("supersedes")
    near = Q(pk=decision_id) | Q(supersedes=decision_id) | Q(pk__in=before)
    beside = columns_beside(actor, "decisions.decision")
    shown = _shown(actor, rows.filter(near)).annotate(asked=F("proposal__content"), **beside)
    family = {one.pk: one for one in shown.order_by("raised_at", "pk")}
    own = family.get(decision_id)
    if own is None:
        raise NotVisible
    here = partnership(actor=actor, partnership_id=own.circle.partnership_id)
    circles = circles_in(actor=actor, partnership_id=here.id)
    agreement = proposal_rows(actor=actor, ids=_proposals([own]), here=here, at=at)
    made = {pk: _row(one, here, circles, agreement, today) for pk, one in family.items()}
    circle = circle_of(actor, own.circle, circles)
    may_write = Permission.PLAN_EDIT in actor.permissions.get(own.circle_id, ())
    readers = _readers(actor, own, here, may_write)
    is_ours = own.organisation_id == actor.organisation_id
    after = [made[pk] for pk, one in family.items() if one.supersedes_id == own.pk and one.withdrawn_at is None]
    return DecisionPage(
        partnership=here,
        circle=circle,
        row=made[own.pk],
        draft=draft_of(own),
        supersedes=made.get(own.supersedes_id) if own.supersedes_id else None,
        superseded_by=tuple(after),
        governs=governed_by(actor, own.pk),
        keys_agreed=keys_agreed(own.state, own.asked),
        readers=tuple(reader for reader in readers if reader.taken_off_at is None),
        taken_off=tuple(reader for reader in readers if reader.taken_off_at),
        reviews=_reviews(own, here),
        beside=parts_beside(actor, "decisions.decision", own),
        is_of_members=circle.kind == Kind.JOINT and not circle.is_house,
        may_write=may_write,
        may_review=may_write and is_ours and made[own.pk].is_review_due,
    )


def _readers(actor: Actor, decision: Decision, here: PartnershipRow, may_write: bool) -> tuple[ReaderRow, ...]:
    is_author = (decision.person_id, decision.organisation_id) == (actor.person_id, actor.organisation_id)
    may_name = may_write and decision.state == DecisionState.AGREED
    return readers_of_decision(actor, decision.pk, here, may_name=may_name, is_author=is_author)


def _reviews(decision: Any, here: PartnershipRow) -> tuple[ReviewRow, ...]:
    return tuple(
        ReviewRow(
            id=UUID(pk),
            organisation_id=UUID(organisation),
            member=here.member_ids.get(UUID(organisation)),
            person=person,
            words=words,
            due_on=date.fromisoformat(due_on),
            next_on=date.fromisoformat(next_on) if next_on else None,
            said_at=instant_in(said_at),
        )
        for said_at, pk, organisation, person, words, due_on, next_on in _said(decision)
    )


def _said(decision: Any) -> list[list[Any]]:
    """Return what `_shown` found of a decision's reviews, the newest first."""
    return sorted(lists_in(decision.reviewed), reverse=True)


def circle_of(actor: Actor, circle: Circle, circles: Sequence[CircleRow]) -> CircleRow:
    """Return the circle of a decision; in a house, one circle stands for both that are in-house."""
    own = next((one for one in circles if one.id == circle.pk), None)
    return own or next(one for one in circles if one.is_house)


def _members(here: PartnershipRow, ids: Sequence[str]) -> tuple[Member, ...]:
    known = here.member_ids
    return tuple(sorted((known[pk] for pk in map(UUID, ids) if pk in known), key=lambda one: one.name.casefold()))


@access.read
def readers_page(*, actor: Actor, decision_id: UUID, at: datetime, today: date) -> ReadersPage:
    """Return who must know of a decision, and whom the actor may name besides."""
    page = decision_page(actor=actor, decision_id=decision_id, at=at, today=today)
    if not (page.holds and page.may_write):
        return ReadersPage(page, ())
    is_author = access.visible(actor, Decision).filter(
        pk=decision_id, person=actor.person_id, organisation=actor.organisation_id
    )
    seats = access.visible(actor, Seat).filter(circle=page.row.circle_id, ended_at=None)
    if not is_author.exists():
        seats = seats.filter(organisation=actor.organisation_id)
    there = {reader.person_id for reader in page.readers}
    found: dict[UUID, dict[UUID, str]] = {}
    for person_id, name, organisation_id in seats.order_by("person__name", "pk").values_list(
        "person_id", "person__name", "organisation_id"
    ):
        if person_id not in there:
            found.setdefault(organisation_id, {})[person_id] = name
    members = page.partnership.member_ids
    groups = [(members.get(pk), tuple(people.items())) for pk, people in found.items()]
    return ReadersPage(page, tuple(sorted(groups, key=lambda one: one[0].name.casefold() if one[0] else "")))


def rulings_beside(actor: Actor, column: str) -> Subquery:
    """Return, as a column beside rows that decisions may rule, what was said of that; `rulings_in` reads it."""
    said = access.visible(actor, Governed).filter(**{column: OuterRef("pk")})
    return gathered(said, column, *_RULING_COLUMNS)


_RULING_COLUMNS = ("said_at", "pk", "is_governed", "decision_id") + tuple(
    f"decision__{name}"
    for name in ("circle__mark", "number", "question", "options", "choice", "state", "decided_at", "circle__kind",
                 "circle__name")
)  # fmt: skip


def rulings_in(found: str | None) -> tuple[RulingRow, ...]:
    """Return the decisions that rule a row or did, the newest first."""
    newest = {one[3]: one for one in sorted(lists_in(found), key=lambda one: one[:2])}
    ruling = [_ruling(*rest) for _at, _pk, is_governed, *rest in newest.values() if is_governed]
    held = [row for row in ruling if row.state in RULED]
    return tuple(sorted(held, key=lambda row: (row.decided_at, row.id), reverse=True))


def _ruling(
    decision_id: str, mark: str, number: int, question: str, options: Any, choice: int | None, state: str,
    decided_at: str | None, kind: str, name: str,
) -> RulingRow:  # fmt: skip
    return RulingRow(
        id=UUID(decision_id),
        key=key_of(mark, number),
        question=question,
        chosen=name_of_choice([tuple(option) for option in options_in(document_in(options))], choice),
        state=state,
        decided_at=instant_in(decided_at) if decided_at else None,
        circle_kind=kind,
        circle_name=name,
    )


@access.read
def waiting_decisions(*, actor: Actor, today: date) -> tuple[WaitingDecision, ...]:
    """
    Return the decisions that hold and that the actor has still to read, or to review: those that their organisation
    raised, where they write. One query.
    """
    writes = [circle_id for circle_id, granted in actor.permissions.items() if Permission.PLAN_EDIT in granted]
    review = Q(review_on__lte=today, organisation=actor.organisation_id, circle__in=writes)
    rows = access.visible(actor, Decision).filter(state=DecisionState.AGREED)
    unread = unread_by(actor).filter(decision=OuterRef("pk")).values("asked_at")[:1]
    rows = rows.annotate(asked_at=Subquery(unread)).filter(Q(asked_at__isnull=False) | review)
    found = rows.select_related("circle").order_by("raised_at", "pk")[:WAITS_MAX]
    return tuple(_waiting(one, actor, writes, today) for one in found)


def _waiting(one: Any, actor: Actor, writes: Collection[UUID], today: date) -> WaitingDecision:
    is_ours = one.organisation_id == actor.organisation_id and one.circle_id in writes
    return WaitingDecision(
        id=one.pk,
        key=key_of(one.circle.mark, one.number),
        question=one.question,
        partnership_id=one.circle.partnership_id,
        circle_id=one.circle_id,
        chosen=draft_of(one).chosen,
        review_on=one.review_on,
        asked_at=one.asked_at,
        is_review_due=is_ours and is_review_due(one.review_on, today),
    )
