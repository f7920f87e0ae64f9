"""The pages one comes in by: everything I take part in, and one partnership at a glance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.timezone import localtime

from consortio import access
from consortio.access import Actor, Permission
from consortio.accounts.reads import Hat
from consortio.circles.reads import CircleRow, circles_in
from consortio.notices.reads import Lines, told_since
from consortio.partnerships.reads import Member, PartnershipRow, may_found, partnership, partnerships_of
from consortio.plans.glance import Share, Standing, standings_of
from consortio.simulations.glance import simulated_of
from consortio.simulations.outcomes import Outcome
from consortio.ui.marks import Mark

from .sources import SOURCES, counted, invitations
from .visits import Seen, has_been_here, seen_in
from .waiting import Asked, Wait, Waits, waits_of
from .wanted import wanted_of

CHANGES_MAX = 8


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A partnership with the plan that says where it stands."""

    partnership: PartnershipRow
    standing: Standing | None
    waits: int


@dataclass(frozen=True, slots=True)
class UnderHat:
    """What somebody takes part in for one organisation, and what waits for them there."""

    house: PartnershipRow | None
    rows: tuple[StandingRow, ...]
    waits: Waits

    @property
    def mark(self) -> Mark | None:
        """Return the organisation's mark: that of the first partnership, as beside every page's places."""
        shown = [*(row.partnership for row in self.rows), *([self.house] if self.house else [])]
        return next((member.mark for row in shown for member in row.members if member.is_you), None)


@dataclass(frozen=True, slots=True)
class HomePage:
    name: str  # the reader's
    own: UnderHat  # for the organisation acted for
    others: tuple[tuple[Hat, UnderHat], ...]  # the same person for other organisations
    may_found: bool

    @property
    def elsewhere(self) -> int:
        """Return how much waits under the other hats."""
        return sum(len(under.waits.all) for _, under in self.others)


@dataclass(frozen=True, slots=True)
class Glance:
    """One partnership at a glance. `lead` is the joint plan with the most items, which the sentence is about."""

    partnership: PartnershipRow
    circles: tuple[CircleRow, ...]
    plans: tuple[Standing, ...]
    lead: Standing | None
    shares: tuple[tuple[Member | None, Share], ...]  # of that plan: by organisation's name, nobody's last
    waits: Waits
    may_import: bool
    may_invite: bool
    has_goals: bool  # that all members agreed on
    has_been_here: bool
    today: date
    simulated: Outcome | None  # the newest simulation of that plan, from what everybody beside it sees

    @property
    def own(self) -> Member | None:
        return next((member for member in self.partnership.members if member.is_you), None)

    @property
    def is_alone(self) -> bool:
        return not self.partnership.is_house and len(self.partnership.members) == 1


@dataclass(frozen=True, slots=True)
class SincePage:
    """What happened since the last visit, the actor's own doing apart; before the first one, the latest of all."""

    partnership: PartnershipRow
    seen: Seen
    lines: Lines
    circles: Mapping[UUID, CircleRow]


@access.read
def home_page(*, actor: Actor, at: datetime, email: str = "") -> HomePage:
    """
    Return where everything stands that somebody takes part in, and what waits there: each hat as it sees it.

    Args:
        email: the address that they sign in with; what was sent to it waits under the hat that is worn.
    """
    hats = wanted_of(person_id=actor.person_id, at=at).hats
    own = _under_hat(actor, at, tuple(invitations(email, at)))
    others = [hat for hat in hats.organisations if hat.id != actor.organisation_id]
    return HomePage(
        name=hats.name,
        own=own,
        others=tuple((hat, _under_other_hat(actor, hat.id, at)) for hat in others),
        may_found=may_found(actor=actor),
    )


def _under_other_hat(actor: Actor, organisation_id: UUID, at: datetime) -> UnderHat:
    with access.other_hat(actor, organisation_id) as other:
        return _under_hat(other, at)


def _under_hat(actor: Actor, at: datetime, more: Sequence[Wait] = ()) -> UnderHat:
    mine = partnerships_of(actor=actor)
    asked = _asked(actor, mine, at, in_full=False)
    waits = waits_of(asked, SOURCES, more=more)
    return UnderHat(
        house=next((row for row in mine if row.is_house), None),
        rows=tuple(_row(row, asked.standings, waits) for row in mine if not row.is_house),
        waits=waits,
    )


def _asked(actor: Actor, rows: Sequence[PartnershipRow], at: datetime, *, in_full: bool) -> Asked:
    here = {row.id: row for row in rows}
    standings = standings_of(actor=actor, partnership_ids=list(here), in_full=in_full) if here else ()
    return Asked(actor, at, localtime(at).date(), here, standings)


def _row(row: PartnershipRow, standings: Sequence[Standing], waits: Waits) -> StandingRow:
    return StandingRow(row, lead_of(row, standings), waits.in_partnership(row.id))


def lead_of(row: PartnershipRow, standings: Sequence[Standing]) -> Standing | None:
    """Return the plan of everybody in a partnership that has the most items, the newest of those."""
    joint = [one for one in standings if one.circle_id == row.joint_id]
    return max(joint, key=lambda one: one.items, default=None)


@access.read
def waiting(*, actor: Actor, at: datetime, partnership_id: UUID | None = None, email: str = "") -> Waits:
    """
    Return what waits for the actor, everywhere or in one partnership.

    Args:
        email: the address that they sign in with; what was sent to it waits in no partnership yet.

    Raises:
        NotVisible: they take no part in such a partnership.
    """
    mine = partnerships_of(actor=actor)
    rows = [partnership(actor=actor, partnership_id=partnership_id)] if partnership_id else mine
    asked, is_whole = _asked(actor, rows, at, in_full=False), partnership_id is None
    return waits_of(asked, SOURCES, whole=is_whole, more=tuple(invitations(email, at)) if is_whole else ())


@access.read
def glance(*, actor: Actor, partnership_id: UUID, at: datetime) -> Glance:
    """
    Return where a partnership stands.

    Raises:
        NotVisible: the actor takes no part in such a partnership.
    """
    row = partnership(actor=actor, partnership_id=partnership_id)
    circles = circles_in(actor=actor, partnership_id=partnership_id)
    asked = _asked(actor, [row], at, in_full=True)
    lead = lead_of(row, asked.standings)
    return Glance(
        partnership=row,
        circles=circles,
        plans=tuple(asked.standings),
        lead=lead,
        shares=_by_name(row, lead) if lead else (),
        waits=waits_of(asked, SOURCES, whole=False),
        may_import=any(Permission.PLAN_EDIT in circle.granted for circle in circles),
        may_invite=Permission.PARTNERSHIP_INVITE in actor.permissions.get(row.joint_id, ()),
        has_goals=counted(asked).may_have("goals", [row.id]),
        has_been_here=has_been_here(actor, partnership_id),
        today=lead.today(at) if lead else asked.today,
        simulated=simulated_of(lead.beside) if lead else None,
    )


def _by_name(row: PartnershipRow, lead: Standing) -> tuple[tuple[Member | None, Share], ...]:
    """Return what each member is in charge of, those of nothing too; nobody's, and who has left, last."""
    found = {share.organisation_id: share for share in lead.shares}
    pairs = [(member, found.pop(member.organisation_id, NOTHING)) for member in row.members]
    return (*pairs, *((None, share) for share in found.values()))


NOTHING = Share(organisation_id=None, items=0, done=0, working=0, late=0, nobody=0, due=None)


@access.read
def since_page(*, actor: Actor, partnership_id: UUID) -> SincePage:
    """
    Return what others did in a partnership since the actor was there.

    Raises:
        NotVisible: the actor takes no part in such a partnership.
    """
    row = partnership(actor=actor, partnership_id=partnership_id)
    seen = seen_in(actor, partnership_id)
    lines = told_since(actor=actor, since=seen.since, limit=CHANGES_MAX, others_only=True)
    narrower = any(line.circle_id != row.joint_id for line in lines.lines)
    circles = circles_in(actor=actor, partnership_id=partnership_id) if narrower else ()
    return SincePage(row, seen, lines, {one.id: one for one in circles})
