"""One reading with all that is claimed and decided about it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from consortio import access
from consortio.access import Actor, NotVisible, Permission
from consortio.approvals.reads import ProposalRow, proposals_on
from consortio.circles.reads import CircleRow, circles_in
from consortio.partnerships.reads import Member, PartnershipRow

from .models import Kpi, Reading, ReadingState
from .reads import ReadingRow, reading_row
from .settling import READING


@dataclass(frozen=True, slots=True)
class ReadingPage:
    """`silent` are organisations that see the reading and have said nothing; `subject_ids` it and what it corrected."""

    partnership: PartnershipRow
    circle: CircleRow
    kpi: Kpi
    row: ReadingRow
    silent: tuple[Member, ...]
    waiting: tuple[ProposalRow, ...]  # that say which figure holds
    settled_by: ProposalRow | None
    subject_ids: tuple[UUID, ...]
    may_correct: bool

    @property
    def figures(self) -> tuple[Decimal, ...]:
        """Return what is claimed, each figure once, ascending."""
        return tuple(sorted({value for _mark, value in self.row.values}))


@access.read
def reading_page(*, actor: Actor, reading_id: UUID, at: datetime) -> ReadingPage:
    """
    Return a reading for its own page; of a corrected one, the one in its place.

    Raises:
        NotVisible.
    """
    row, kpi, here = reading_row(actor=actor, reading_id=reading_id)
    circle = next(one for one in circles_in(actor=actor, partnership_id=here.id) if one.id == kpi.circle_id)
    waiting, settled_by = _proposals(actor, row, kpi, here, at)
    inside = {mark.letters for mark in circle.organisations}
    said = {row.claimant_id, *(word.organisation_id for word in row.words)}
    silent = [one for one in here.present if one.letters in inside and one.organisation_id not in said]
    granted = actor.permissions.get(kpi.circle_id, frozenset())
    is_own = row.claimant_id == actor.organisation_id
    return ReadingPage(
        partnership=here,
        circle=circle,
        kpi=kpi,
        row=row,
        silent=tuple(silent),
        waiting=waiting,
        settled_by=settled_by,
        subject_ids=_chain(actor, row),
        may_correct=is_own and row.state != ReadingState.RESOLVED and Permission.PROGRESS_UPDATE in granted,
    )


@access.read
def holding_id(*, actor: Actor, kpi_id: UUID, start_on: date) -> UUID:
    """
    Return the reading that holds of a period.

    Raises:
        NotVisible: nobody has read it.
    """
    rows = access.visible(actor, Reading).filter(kpi=kpi_id, start_on=start_on).exclude(state=ReadingState.CORRECTED)
    found = rows.values_list("pk", flat=True).first()
    if found is None:
        raise NotVisible
    return found


def _proposals(
    actor: Actor, row: ReadingRow, kpi: Kpi, here: PartnershipRow, at: datetime
) -> tuple[tuple[ProposalRow, ...], ProposalRow | None]:
    """Return what waits to settle a reading, and what has settled it; only what all see is settled."""
    if kpi.circle_id != here.joint_id or row.state not in (ReadingState.CONTESTED, ReadingState.RESOLVED):
        return (), None
    named = [row.proposal_id] if row.proposal_id else []
    found = proposals_on(actor=actor, kinds=[READING], here=here, at=at, ids=named)
    waiting = tuple(one for one in found if one.subject_id == row.id and one.id != row.proposal_id)
    return waiting, next((one for one in found if one.id == row.proposal_id), None)


def _chain(actor: Actor, row: ReadingRow) -> tuple[UUID, ...]:
    if not row.before:
        return (row.id,)
    rows = access.visible(actor, Reading).filter(kpi=row.kpi_id, start_on=row.start_on)
    return tuple(rows.order_by("pk").values_list("pk", flat=True))
