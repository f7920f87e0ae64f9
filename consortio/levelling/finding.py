"""Dates that fit: what a circle sees goes to the engine, what it finds becomes dates of the plan, and is kept there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Permission, Refused
from consortio.access.models import Circle
from consortio.interchange.unscheduled import CannotCompute
from consortio.plans.engine import work_between
from consortio.plans.neutral import Rows
from consortio.plans.spans import rows_in
from consortio.record.log import action, nothing_changed, record
from consortio.ui.said import said

from .engine import Asked, asked_of, bottlenecks, instant, level, starts_in, widened
from .loads import Load, instant_of
from .models import Levelling, Objective
from .rules import WHOLE, Key
from .seeing import Seen, seen_by
from .settling import Settled, is_free, kept_in, settle

SEED = 4711
AIMS = {Objective.FINISH: ("finish", "moved"), Objective.STABLE: ("moved", "finish")}
FINDINGS_MAX = 100
ALONE = 150  # jobs: fewer are solved by one worker, and the same every time
Run = Callable[..., Any]  # calls a function of the engine with what follows it, here or elsewhere


class NothingToFind(Refused):
    """Nobody's time is limited, or the dates do not follow from the plan."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a circle asks."""

    seen: Seen
    rows: Rows
    asked: Asked
    kept: frozenset[UUID]


@access.read
def problem_of(*, actor: Actor, plan_id: UUID, circle_id: UUID) -> Problem:
    """
    Return what is to be solved, of what everybody in a circle sees.

    Raises:
        NotVisible.
        NothingToFind: says why.
    """
    seen = seen_by(actor=actor, plan_id=plan_id, circle_id=circle_id)
    if not seen.fingerprint:
        raise NothingToFind(_("The dates do not follow from the plan yet: look for others once they are computed."))
    if not any(need.key in seen.held.bands for need in seen.needs):
        raise NothingToFind(_("Nobody who is needed has said how much time there is, so every date fits."))
    rows = rows_in(actor=actor, plan_id=plan_id, circle_id=circle_id)
    kept = kept_in(rows, circle_id)
    try:
        asked = asked_of(rows, seen.needs, seen.held.bands, kept)
    except CannotCompute as refusal:
        raise NothingToFind(said(refusal.message)) from None
    return Problem(seen, rows, asked, kept)


def solve(problem: Problem, *, objective: str, seconds: int, run: Run, is_instant: bool = False) -> dict[str, Any]:
    """
    Return a levelling as its columns.

    Args:
        run: calls a function of the engine with what follows it, here or in another process.
        is_instant: answer at once; what one more person would gain is not asked then.
    """
    options = {"limit": float(seconds), "workers": 1 if len(problem.asked.ids) <= ALONE else None, "seed": SEED}
    asked, aims = problem.asked, AIMS[Objective(objective)]
    solver = instant if is_instant else level
    found = run(solver, asked.problem, objective=aims, **options)
    if found.finish_at is None and (wide := widened(asked)):
        asked = wide
        found = run(solver, asked.problem, objective=aims, **options)
    starts = starts_in(asked, found)
    settled = settle(problem.rows, starts, problem.kept)
    moved = [_moved(settled, pk) for pk in settled.moved] if starts else []
    problem = replace(problem, asked=asked)
    short = _bottlenecks(problem, found, run, options) if starts and not is_instant else {}
    return {
        "engine": found.version,
        "method": found.method,
        "fingerprint": problem.seen.fingerprint,
        "objective": objective,
        "seed": found.seed,
        "limit_seconds": seconds,
        "status": found.status,
        "gap": _gap(problem, found),
        "bound_at": _text(instant_of(found.bound)) if found.bound is not None and starts else "",
        "finish_before": _text(settled.before.finish_at),
        "finish_at": _text(settled.after.finish_at) if starts else "",
        "moved": moved,
        "moved_count": len(moved),
        "holds": [[str(pk), _text(at)] for pk, at in sorted(settled.holds.items())],
        "untouched": _untouched(problem),
        "loads": _loads(problem.seen, settled),
        "bottlenecks": short,
        "findings": [_fact(problem.asked, one) for one in found.findings[:FINDINGS_MAX]],
    }


def _bottlenecks(problem: Problem, found: Any, run: Run, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what one more full-time person of those who are short would gain, the largest gain first."""
    asked = problem.asked
    told = run(bottlenecks, asked.problem, found, units=WHOLE // asked.unit, **options)
    rows = [
        {
            "key": asked.keys[row.resource].plain,
            "minutes": _work(problem, found.finish_at, row.unit.minutes),
            "is_proved": row.unit.proved,
            "week_on": instant_of(row.week_from).date().isoformat(),
            "week_minutes": _work(problem, found.finish_at, row.week.minutes) if row.week else 0,
        }
        for row in told.rows
        if row.unit is not None and (row.blocked or row.unit.minutes)
    ]
    return {"most": _work(problem, found.finish_at, told.ceiling), "rows": rows}


def _gap(problem: Problem, found: Any) -> float | None:
    """Return how far the finish is from its bound, as a share of the plan's working time up to it."""
    if found.gap is None or found.finish_at is None:
        return None
    whole = _work(problem, found.finish_at, found.finish_at - problem.asked.problem.start)
    return _work(problem, found.finish_at, found.finish_at - found.bound) / whole if whole else 0.0


def _work(problem: Problem, finish: int, minutes: int) -> int:
    """Return the working minutes, by the plan's own calendar, of a time before the finish."""
    if not minutes:
        return 0
    return work_between(problem.rows, None, instant_of(finish - minutes), instant_of(finish))


def _untouched(problem: Problem) -> list[str]:
    """Return the items that stay though somebody whose time is limited is needed for them: what has ended is no matter."""
    limited = {need.item_id for need in problem.seen.needs if need.key in problem.seen.held.bands}
    rows = [row for row in problem.rows.items if row.pk in limited and row.actual_finish_at is None]
    return [
        str(row.pk)
        for row in rows
        if row.pk in problem.kept and (not is_free(row) or row.circle_id != problem.seen.circle_id)
    ]


def _moved(settled: Settled, pk: UUID) -> list[str]:
    before, after = settled.before.dates[pk], settled.after.dates[pk]
    return [str(pk), *map(_text, (before.start_at, before.finish_at, after.start_at, after.finish_at))]


def _loads(seen: Seen, settled: Settled) -> list[dict[str, Any]]:
    """Return the weeks of everybody, before and after, in one order."""
    after = {pk: (dates.start_at, dates.finish_at) for pk, dates in settled.after.dates.items() if pk in seen.items}
    sides = [{load.key: load for load in loads} for loads in (seen.loads(), seen.loads(after))]
    keys: Sequence[Key] = sorted({key for side in sides for key in side}, key=lambda key: key.text)
    return [{"key": key.plain, "before": _weeks(sides[0].get(key)), "after": _weeks(sides[1].get(key))} for key in keys]


def _weeks(load: Load | None) -> list[list[Any]]:
    return [[week.begins_on.isoformat(), week.percent, week.capacity] for week in load.weeks] if load else []


def _fact(asked: Asked, finding: Any) -> dict[str, Any]:
    fact = {"code": finding.code, "severity": finding.severity, "value": finding.value}
    if finding.job >= 0:
        fact["items"] = [asked.ids[finding.job]]
    if finding.resource >= 0:
        fact["keys"] = [asked.keys[finding.resource].plain]
    return fact


def _text(at: datetime | None) -> str:
    return at.isoformat(timespec="minutes") if at else ""


@action
def keep_levelling(
    *,
    actor: Actor,
    plan_id: UUID,
    circle_id: UUID,
    columns: Mapping[str, Any],
    at: datetime,
    job_id: UUID | None = None,
) -> UUID:
    """Keep what was found, for everybody in the circle from which it was found; a job that runs twice keeps it once."""
    circle = access.lock(actor, Permission.PLAN_EDIT, Circle, circle_id)
    own = access.visible(actor, Levelling).filter(circle=circle, job=job_id)
    known = own.values_list("pk", flat=True).first() if job_id else None
    if known is not None:
        nothing_changed()
        return UUID(str(known))
    row = Levelling(circle=circle, plan_id=plan_id, job_id=job_id, found_at=at, **columns)
    row.person_id, row.organisation_id = actor.person_id, actor.organisation_id  # type: ignore[assignment]  # jobs have both
    with access.unscoped("what was found is kept as it was found, and nobody writes it by hand"):
        row.save()
    record("levelling.found", row, plan=str(plan_id), moved=row.moved_count, status=row.status)
    return row.pk


def find_here(
    *,
    actor: Actor,
    plan_id: UUID,
    circle_id: UUID,
    objective: str,
    seconds: int,
    at: datetime,
    is_instant: bool = False,
) -> UUID:
    """Find dates in this process, and keep them; at once, or as well as the time allows."""
    problem = problem_of(actor=actor, plan_id=plan_id, circle_id=circle_id)
    columns = solve(problem, objective=objective, seconds=seconds, run=_here, is_instant=is_instant)
    return keep_levelling(actor=actor, plan_id=plan_id, circle_id=circle_id, columns=columns, at=at)


def _here(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    return function(*arguments, **named)
