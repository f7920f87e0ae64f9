"""
A partnership's goals and readings as neutral results, for the writer of IATI files: what all its members see, no more.

Each goal that a KPI measures becomes a result with one indicator; so does each KPI without a goal. What stands in the
way of that is named beside it and left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, NotPermitted, NotVisible, Permission
from consortio.goals.reads import GoalRow, goals_in
from consortio.interchange.results import Activity, ActivityDate, Description, Narrative, Organisation, Results
from consortio.kpis.holding import readings_in
from consortio.kpis.reads import KpiRow, kpis_in, named_kpis
from consortio.partnerships.reads import Member, PartnershipRow, partnership
from consortio.ui.formats import listing

from .indicators import Measured, result_of
from .reads import Source, source_of

IMPLEMENTING, OTHER_KIND, IMPLEMENTATION, START, END = "4", "90", "2", "1", "3"  # codes of the standard
MADE = "CONSORTIO-"  # before our own ids, where no identifier of the standard is known


@dataclass(frozen=True, slots=True)
class Export:
    results: Results
    left_out: tuple[str, ...]  # goals that the standard cannot say, by name


@access.read
def results_of(*, actor: Actor, partnership_id: UUID, today: date, at: datetime) -> Export:
    """
    Return what all members of a partnership see of its goals and readings.

    Raises:
        NotVisible: the actor takes no part in such a partnership, or it is their own house.
        NotPermitted: they may not hand out what lies in it.
    """
    here = partnership(actor=actor, partnership_id=partnership_id)
    if here.is_house:
        raise NotVisible
    if Permission.EXPORT not in actor.permissions.get(here.joint_id, ()):
        raise NotPermitted(Permission.EXPORT)
    kpis = [row for row in kpis_in(actor=actor, here=here, today=today) if row.circle_id == here.joint_id]
    goals = [row for row in goals_in(actor=actor, here=here, today=today, at=at) if row.circle_id == here.joint_id]
    goals = sorted((row for row in goals if row.state != "retired"), key=lambda row: _number(row.number))
    said = [row for row in goals if _is_sayable(row)]
    source = source_of(actor=actor, here=here)
    measured = list(_measured(actor, here, kpis, said))
    kinds = source.kinds if source else {}
    results = tuple(result_of(one, kinds) for one in measured)
    activity = replace(_head(here, actor, source, said, today), results=results)
    left_out = tuple(row.terms.name for row in goals if not _is_sayable(row))
    return Export(Results("", "iati-activities", "2.03", "UTF-8", (activity,)), left_out)


def _number(written: str) -> int:
    return int(written.rpartition("-")[2])


def _is_sayable(row: GoalRow) -> bool:
    return row.kpi is not None and row.terms.direction != "band"


def _measured(
    actor: Actor, here: PartnershipRow, kpis: Sequence[KpiRow], goals: Sequence[GoalRow]
) -> Iterator[Measured]:
    """Yield each goal with its KPI, then each KPI that no goal has; the readings go with the first that has them."""
    rows = {row.id: row for row in kpis}
    shown = {row.kpi.id for row in goals if row.kpi} | {row.id for row in kpis if row.retired_at is None}
    readings = readings_in(actor=actor, kpi_ids=[pk for pk in shown if pk in rows and not rows[pk].formula])
    external = {pk: kpi.external_id for pk, kpi in named_kpis(actor=actor, kpi_ids=shown).items()}
    told: set[UUID] = set()
    for goal in goals:
        kpi = goal.kpi
        assert kpi
        first = kpi.id not in told
        told.add(kpi.id)
        yield Measured(here, goal.terms, kpi, external[kpi.id], readings.get(kpi.id, ()), first)
    for kpi in sorted(rows.values(), key=lambda row: _number(row.number)):
        if kpi.id in shown - told:
            yield Measured(here, None, kpi, external[kpi.id], readings.get(kpi.id, ()), True)


def _head(here: PartnershipRow, actor: Actor, source: Source | None, goals: Sequence[GoalRow], today: date) -> Activity:
    """Return the activity around the results: as it came in, with the name, members and dates of today."""
    kept = source.activity if source else Activity("", "", 0)
    us = here.member_ids[actor.organisation_id] if actor.organisation_id else here.members[0]
    own = _named(us, source)
    is_kept_name = bool(kept.titles) and kept.titles[0].text == here.name
    return replace(
        kept,
        identifier=kept.identifier or f"{MADE}{here.id}",
        title=here.name,
        titles=kept.titles if is_kept_name else (),
        status=kept.status or IMPLEMENTATION,
        reporting_ref=own[0].ref or f"{MADE}{us.organisation_id}",
        reporting_kind=own[0].kind or OTHER_KIND,
        reporting_names=(Narrative(us.name),),
        descriptions=kept.descriptions or (Description((_description(here),), "1"),),
        organisations=tuple(one for member in here.present for one in _named(member, source)),
        dates=tuple(day for day in kept.dates if day.on) or _dates(goals, today),
    )


def _description(here: PartnershipRow) -> Narrative:
    words = _("A partnership of %(names)s.") % {"names": listing([member.name for member in here.present])}
    return Narrative(words, get_language() or "")


def _named(member: Member, source: Source | None) -> tuple[Organisation, ...]:
    """Return an organisation in each of the roles that it has in the file the partnership was made from."""
    named = source.activity.organisations if source else ()
    name = member.name
    if source and source.us is not None and source.organisation_id == member.organisation_id:
        name = named[source.us].name
    found = [one for one in named if one.name.casefold() == name.casefold()]
    made = [replace(one, name=member.name, names=(), kind=one.kind or OTHER_KIND) for one in found]
    return tuple(made) or (Organisation(member.name, role=IMPLEMENTING, kind=OTHER_KIND),)


def _dates(goals: Sequence[GoalRow], today: date) -> tuple[ActivityDate, ...]:
    """Return from when until when the goals go, as planned; without goals it begins today."""
    starts, ends = [row.terms.start_on for row in goals], [row.terms.due_on for row in goals]
    found = [ActivityDate(START, START, min(starts, default=today))]
    return tuple(found + ([ActivityDate(END, END, max(ends))] if ends else []))
