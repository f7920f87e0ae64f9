"""What is shown of proposals: what would change, who has answered what, whom it waits for."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet

from consortio import access
from consortio.access import Actor, NotVisible, Permission
from consortio.partnerships.reads import Member, PartnershipRow, partnership, partnerships_of
from consortio.ui.marks import Mark

from .deciding import RULE, rivals_of, rules_number, terms_of
from .models import Answer, DecisionRule, Proposal, State, Verdict
from .registry import Line, Subject, kinds, subject_of
from .rules import Terms, state_at
from .telling import proposed

ROWS_MAX = 50
ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One organisation and its answer; `verdict` is empty while it is waited for."""

    organisation_id: UUID
    mark: Mark
    verdict: str
    person: str
    reason: str
    answered_at: datetime | None
    is_counted: bool  # the answer of a member who is active, or was when it was decided; others are only told


@dataclass(frozen=True, slots=True)
class ProposalRow:
    id: UUID
    number: str
    serial: int  # the bare number: where the next page goes on
    circle_id: UUID
    partnership_id: UUID
    partnership: str
    kind: str
    subject_id: UUID | None  # the row it is about
    words: str
    headline: str
    state: str
    version: int
    reason: str
    proposer: Mark
    person: str
    proposed_at: datetime
    deadline_at: datetime
    decided_at: datetime | None
    terms: Terms
    names: Mapping[UUID, str]  # of the members, by id
    answers: tuple[AnswerRow, ...]  # by organisation's name
    recused: Mark | None  # the member that it is about, and that has no vote in it
    recused_id: UUID | None

    @property
    def waits_for(self) -> tuple[Mark, ...]:
        is_open = self.state == State.OPEN
        return tuple(row.mark for row in self.answers if is_open and row.is_counted and not row.verdict)

    @property
    def agreed_by(self) -> tuple[Mark, ...]:
        return tuple(row.mark for row in self.answers if row.is_counted and row.verdict == Verdict.APPROVE)

    @property
    def objected_by(self) -> tuple[Mark, ...]:
        return tuple(row.mark for row in self.answers if row.is_counted and row.verdict == Verdict.OBJECT)

    @property
    def own_answer(self) -> AnswerRow | None:
        return next((row for row in self.answers if row.mark.you), None)


@dataclass(frozen=True, slots=True)
class Rival:
    """Another open proposal about the same: the first that is agreed holds, the others are closed as outdated."""

    id: UUID
    number: str
    headline: str
    proposer: Mark


@dataclass(frozen=True, slots=True)
class ProposalPage:
    row: ProposalRow
    partnership: PartnershipRow
    difference: tuple[Line, ...]
    otherwise: str
    way: str  # where what was agreed is seen
    has_moved_on: bool  # what it would change is another now: a yes would close it as outdated
    rivals: tuple[Rival, ...]
    may_answer: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class RuleRow:
    """How proposals of one kind are decided. `agreed_at` is empty where the members have agreed on nothing else yet."""

    kind: str
    words: str
    terms: Terms
    is_fixed: bool
    agreed_at: datetime | None
    proposal_id: UUID | None


@dataclass(frozen=True, slots=True)
class RulesPage:
    """`version` counts the rules agreed on, whatever they were about."""

    partnership: PartnershipRow
    version: int
    rows: tuple[RuleRow, ...]
    names: Mapping[UUID, str]  # of the active members
    waiting: tuple[ProposalRow, ...]
    may_propose: bool

    def of(self, kind: str) -> RuleRow | None:
        return next((row for row in self.rows if row.kind == kind and not row.is_fixed), None)


@dataclass(frozen=True, slots=True)
class Proposals:
    """Newest first. `next` goes on where these end; empty at the end."""

    rows: tuple[ProposalRow, ...]
    next: str


@access.read
def agreeing_partnership(*, actor: Actor, partnership_id: UUID) -> PartnershipRow:
    """
    Return a partnership whose members agree about things.

    Raises:
        NotVisible: also for an organisation's own house, where nobody else is to be asked.
    """
    row = partnership(actor=actor, partnership_id=partnership_id)
    if row.is_house:
        raise NotVisible
    return row


@access.read
def proposals_of(
    *,
    actor: Actor,
    partnership_id: UUID,
    at: datetime,
    state: str = "",
    before: int | None = None,
    limit: int = ROWS_MAX,
) -> Proposals:
    """Return the proposals of a partnership: those that are "open", those that are "closed", or all of them."""
    here = agreeing_partnership(actor=actor, partnership_id=partnership_id)
    found = access.visible(actor, Proposal).filter(circle=here.joint_id)
    is_open = Q(state=State.OPEN, deadline_at__gt=at)
    if state:
        found = found.filter(is_open if state == "open" else ~is_open)
    if before is not None:
        found = found.filter(number__lt=before)
    rows = list(_shown(found).order_by("-number")[: limit + 1])
    more = str(rows[limit - 1].number) if len(rows) > limit else ""
    return Proposals(_rows(actor, rows[:limit], {here.joint_id: here}, at), more)


@access.read
def proposal_page(*, actor: Actor, proposal_id: UUID, at: datetime) -> ProposalPage:
    proposal = access.get(actor, Proposal, proposal_id, "circle", "organisation", "person")
    here = partnership(actor=actor, partnership_id=proposal.circle.partnership_id)
    subject, told = subject_of(proposal.kind), proposed(proposal)
    (row,) = _rows(actor, [proposal], {here.joint_id: here}, at)
    is_open = row.state == State.OPEN
    return ProposalPage(
        row=row,
        partnership=here,
        difference=subject.difference(actor, told),
        otherwise=subject.otherwise(told),
        way=subject.way(told) if row.state == State.AGREED else "",
        has_moved_on=is_open and subject.has_moved_on(actor, told, at),
        rivals=tuple(_rival(each, here) for each in rivals_of(actor, proposal, at)) if is_open else (),
        may_answer=is_open and proposal.recused_id != actor.organisation_id and _may_answer(actor, here),
        may_withdraw=is_open and _may_withdraw(actor, proposal, subject),
    )


def _rival(proposal: Proposal, here: PartnershipRow) -> Rival:
    headline = subject_of(proposal.kind).headline(proposed(proposal))
    return Rival(proposal.pk, _number_of(proposal), headline, here.member_ids[proposal.organisation_id].mark)


def _number_of(proposal: Proposal) -> str:
    return f"{proposal.circle.mark}A-{proposal.number}"


@access.read
def waiting_for(*, actor: Actor, at: datetime) -> tuple[ProposalRow, ...]:
    """Return the open proposals that wait for the organisation acted for and that the actor may answer, soonest first."""
    mine = {row.joint_id: row for row in partnerships_of(actor=actor) if _may_answer(actor, row)}
    return _rows(actor, _WAITING.ask(actor, at, mine), mine, at)


def _waiting(actor: Actor, at: datetime, circle_ids: Collection[UUID]) -> QuerySet:
    given = access.visible(actor, Answer).filter(organisation=actor.organisation_id).values("proposal")
    waiting = access.visible(actor, Proposal).filter(state=State.OPEN, deadline_at__gt=at, circle__in=circle_ids)
    waiting = waiting.exclude(recused=actor.organisation_id).exclude(pk__in=given)
    return _shown(waiting).order_by("deadline_at", "pk")


_WAITING = access.Question(_waiting, Actor, datetime, [UUID])


@access.read
def proposal_rows(
    *, actor: Actor, ids: Collection[UUID], here: PartnershipRow, at: datetime
) -> Mapping[UUID, ProposalRow]:
    """Return these proposals of a partnership with what was answered, by id: for pages of their subjects."""
    if not ids:
        return {}
    found = _shown(access.visible(actor, Proposal).filter(circle=here.joint_id, pk__in=list(ids)))
    return {row.id: row for row in _rows(actor, found, {here.joint_id: here}, at)}


@access.read
def open_about(
    *, actor: Actor, kind: str, here: PartnershipRow, at: datetime, subject_id: UUID | None = None
) -> tuple[ProposalRow, ...]:
    """Return the proposals of a kind, about one row where one is said, that are open now: for the subject's own page."""
    own = access.visible(actor, Proposal).filter(circle=here.joint_id, kind=kind, subject_id=subject_id)
    rows = _shown(own.filter(state=State.OPEN, deadline_at__gt=at)).order_by("-number")[:ROWS_MAX]
    return _rows(actor, list(rows), {here.joint_id: here}, at)


@access.read
def proposals_on(
    *, actor: Actor, kinds: Collection[str], here: PartnershipRow, at: datetime, ids: Collection[UUID] = ()
) -> tuple[ProposalRow, ...]:
    """Return the open proposals of some kinds, whichever rows they are about, and beside them those named by `ids`."""
    found = _on(tuple(sorted(kinds))).ask(actor, here.joint_id, at, list(ids) or [here.joint_id])  # no proposal's id
    return _rows(actor, found, {here.joint_id: here}, at)


@cache
def _on(kinds: Sequence[str]) -> access.Question:
    def rows(actor: Actor, joint_id: UUID, at: datetime, ids: Collection[UUID]) -> QuerySet:
        is_open = Q(kind__in=kinds, state=State.OPEN, deadline_at__gt=at)
        own = access.visible(actor, Proposal).filter(is_open | Q(pk__in=ids), circle=joint_id)
        return _shown(own).order_by("-number")

    return access.Question(rows, Actor, UUID, datetime, [UUID])


def open_on(actor: Actor, kinds: Collection[str], at: datetime) -> QuerySet:
    """Return the subjects of the open proposals of some kinds, to stand inside another query."""
    rows = access.visible(actor, Proposal).filter(kind__in=kinds, state=State.OPEN, deadline_at__gt=at)
    return rows.order_by().values("subject_id")


def undecided_with(actor: Actor, kind: str, field: str, values: Collection[str]) -> QuerySet:
    """
    Return the subjects of the proposals whose content names one of some values, and that may still come into force: also
    those past their deadline whose end is not written down yet. To stand inside another query.
    """
    own = {"kind": kind, "state": State.OPEN, f"content__{field}__in": list(values)}
    return access.visible(actor, Proposal).filter(**own).order_by().values("subject_id")


@access.read
def rules_page(*, actor: Actor, partnership_id: UUID, at: datetime) -> RulesPage:
    """Return by which rule each kind of proposal is decided in a partnership."""
    here = agreeing_partnership(actor=actor, partnership_id=partnership_id)
    newest: dict[str, DecisionRule] = {}
    for row in access.visible(actor, DecisionRule).filter(circle=here.joint_id).order_by("number"):
        newest[row.kind] = row
    rows = [_rule_row(subject_of(kind), newest.get(kind)) for kind in kinds()]
    return RulesPage(
        partnership=here,
        version=rules_number(actor, here.joint_id),
        rows=tuple(sorted(rows, key=lambda row: (row.is_fixed, row.words))),
        names={member.organisation_id: member.mark.name for member in here.members if member.state == ACTIVE},
        waiting=open_about(actor=actor, kind=RULE, here=here, at=at),
        may_propose=may_propose(actor=actor, kind=RULE, here=here),
    )


def _rule_row(subject: Subject, agreed: DecisionRule | None) -> RuleRow:
    terms = terms_of(agreed) if agreed else Terms()
    own = (agreed.agreed_at, agreed.proposal_id) if agreed else (None, None)
    return RuleRow(subject.kind, subject.words(), terms, subject.is_unanimous, *own)


def may_propose(*, actor: Actor, kind: str, here: PartnershipRow) -> bool:
    """Tell whether this actor's page offers to propose such a thing."""
    granted = actor.permissions.get(here.joint_id, frozenset())
    return not here.is_house and subject_of(kind).may_propose in granted and _is_active(actor, here)


def may_propose_any(*, actor: Actor, here: PartnershipRow) -> bool:
    return any(may_propose(actor=actor, kind=kind, here=here) for kind in kinds())


def asked_beside(at: datetime) -> QuerySet:
    """
    Return how many proposals wait for the organisation of a seat in a joint circle, whoever may answer: to stand beside
    rows of open seats, with the gate open. Whoever has such a seat sees each of them.
    """
    given = Answer.objects.filter(organisation=OuterRef(OuterRef("organisation"))).values("proposal")
    rows = Proposal.objects.filter(circle=OuterRef("circle"), state=State.OPEN, deadline_at__gt=at)
    rows = rows.exclude(recused=OuterRef("organisation")).exclude(pk__in=given)
    return rows.order_by().values("circle").annotate(n=Count("pk")).values("n")


def _shown(found: QuerySet) -> QuerySet:
    return found.select_related("circle", "organisation", "person").defer("snapshot")


def _is_active(actor: Actor, here: PartnershipRow) -> bool:
    own = here.member_ids.get(actor.organisation_id) if actor.organisation_id else None
    return own is not None and own.state == ACTIVE


def _may_answer(actor: Actor, here: PartnershipRow) -> bool:
    return Permission.PROPOSAL_ANSWER in actor.permissions.get(here.joint_id, ()) and _is_active(actor, here)


def _may_withdraw(actor: Actor, proposal: Proposal, subject: Subject) -> bool:
    granted = actor.permissions.get(proposal.circle_id, frozenset())
    return proposal.organisation_id == actor.organisation_id and subject.may_propose in granted


def _rows(
    actor: Actor, proposals: Iterable[Proposal], here: Mapping[UUID, PartnershipRow], at: datetime
) -> tuple[ProposalRow, ...]:
    proposals = list(proposals)
    if not proposals:
        return ()
    given: dict[UUID, dict[UUID, Answer]] = defaultdict(dict)
    for answer in _ANSWERS.ask(actor, [proposal.pk for proposal in proposals]):
        given[answer.proposal_id][answer.organisation_id] = answer
    return tuple(_row(proposal, here[proposal.circle_id], given[proposal.pk], at) for proposal in proposals)


def _answers_to(actor: Actor, proposal_ids: Collection[UUID]) -> QuerySet:
    return access.visible(actor, Answer).filter(proposal__in=proposal_ids).select_related("person")


_ANSWERS = access.Question(_answers_to, Actor, [UUID])


def _row(proposal: Proposal, here: PartnershipRow, given: Mapping[UUID, Answer], at: datetime) -> ProposalRow:
    subject, told = subject_of(proposal.kind), proposed(proposal)
    terms = terms_of(proposal)
    state = state_at(proposal.state, proposal.deadline_at, at, terms)
    voting = [member for member in here.members if member.organisation_id != proposal.recused_id]
    closed_at = proposal.deadline_at if state == State.LAPSED else proposal.decided_at
    return ProposalRow(
        id=proposal.pk,
        number=_number_of(proposal),
        serial=proposal.number,
        circle_id=proposal.circle_id,
        partnership_id=here.id,
        partnership=here.name,
        kind=proposal.kind,
        subject_id=proposal.subject_id,
        words=subject.words(),
        headline=subject.headline(told),
        state=state.value,
        version=proposal.version,
        reason=proposal.reason,
        proposer=here.member_ids[proposal.organisation_id].mark,
        person=proposal.person.name,
        proposed_at=proposal.proposed_at,
        deadline_at=proposal.deadline_at,
        decided_at=closed_at,
        terms=terms,
        names={member.organisation_id: member.mark.name for member in here.members if member.state == ACTIVE},
        answers=_answers(voting, given, state, _Counting(proposal.voters, closed_at)),
        recused=here.member_ids[proposal.recused_id].mark if proposal.recused_id else None,
        recused_id=proposal.recused_id,
    )


@dataclass(frozen=True, slots=True)
class _Counting:
    """Whose answers count: of a closed proposal, of those who had a vote then, whatever has become of them since."""

    voters: Collection[str] | None  # None while it is open, and where it was closed before that was kept
    closed_at: datetime | None

    def has(self, member: Member) -> bool:
        if self.voters is not None:
            return str(member.organisation_id) in self.voters
        left_later = self.closed_at is not None and member.ends_at is not None and self.closed_at < member.ends_at
        return member.is_active or left_later


def _answers(
    members: Iterable[Member], given: Mapping[UUID, Answer], state: State, counting: _Counting
) -> tuple[AnswerRow, ...]:
    """Return one row for each member who is waited for or has answered. A closed proposal waits for nobody."""
    rows = []
    for member in members:
        answer = given.get(member.organisation_id)
        if answer is None and not (member.is_active and state in (State.OPEN, State.DUE)):
            continue
        rows.append(
            AnswerRow(
                organisation_id=member.organisation_id,
                mark=member.mark,
                verdict=answer.verdict if answer else "",
                person=answer.person.name if answer else "",
                reason=answer.reason if answer else "",
                answered_at=answer.answered_at if answer else None,
                is_counted=counting.has(member),
            )
        )
    return tuple(rows)
