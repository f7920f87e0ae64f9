"""What the preview shows of a results file, small enough to keep beside it; and what is brought in later."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from consortio.imports.summary import groups_of
from consortio.interchange.plan_json import decode, encode
from consortio.interchange.results import Activity, Results
from consortio.interchange.values import clean_line

from .sketching import Sketch, indicators_left, sketches_of

ACTIVITIES_MAX, KPIS_MAX, ORGANISATIONS_MAX, DESCRIPTION_MAX = 30, 400, 30, 1_000
NAME_MAX = 100  # of a partnership
PARTS_MAX = 50  # of a kind, of what an export says again
VALUES_MAX = 100  # readings of one KPI


def offered(results: Results) -> Results:
    """
    Return the activities that may become partnerships, as far as a page goes: those with results, then the others, each
    in the order of the file. Without their money.
    """
    kept: list[Activity] = []
    left = KPIS_MAX
    for one in sorted(results.activities, key=_is_bare)[:ACTIVITIES_MAX]:
        count = sum(len(result.indicators) for result in one.results)
        if kept and count > left:
            break
        kept.append(_without_money(one))
        left -= count
    return replace(results, activities=tuple(kept), findings=())


def _is_bare(one: Activity) -> bool:
    return not any(result.indicators for result in one.results)


def _without_money(one: Activity) -> Activity:
    return replace(one, transactions=(), budgets=(), planned_disbursements=(), counts={}, languages={}, left_out={})


def head_of(one: Activity) -> dict[str, Any]:
    """Return what an export says again of the activity that a partnership was made from, as JSON."""
    kept = replace(
        _without_money(one),
        results=(),
        organisations=one.organisations[:ORGANISATIONS_MAX],
        descriptions=one.descriptions[:PARTS_MAX],
        classifications=one.classifications[:PARTS_MAX],
        dates=one.dates[:PARTS_MAX],
    )
    shape: dict[str, Any] = encode(kept, sparse=True)
    return shape


def packed(results: Results) -> bytes:
    return gzip.compress(json.dumps(results.to_json(sparse=True), separators=(",", ":")).encode(), 1, mtime=0)


def unpacked(content: bytes) -> Results:
    return decode(Results, json.loads(gzip.decompress(content)))


def summary_of(results: Results, kept: Results, *, source: str, today: date) -> dict[str, Any]:
    """
    Return what the preview shows.

    Args:
        results: all that was read; `kept` what of it is offered.
    """
    return {
        "version": results.version,
        "count": len(results.activities),
        "left": len(results.activities) - len(kept.activities),
        "activities": [_activity(at, one, source, today) for at, one in enumerate(kept.activities)],
        "findings": groups_of(results.findings),
    }


def _activity(at: int, one: Activity, source: str, today: date) -> dict[str, Any]:
    description = one.descriptions[0].narratives if one.descriptions else ()
    named = one.organisations[:ORGANISATIONS_MAX]
    return {
        "at": at,
        "identifier": one.identifier,
        "title": one.title,
        "name": clean_line(one.title or one.identifier, NAME_MAX),
        "line": one.line,
        "description": description[0].text[:DESCRIPTION_MAX] if description else "",
        "dates": [[day.kind, day.on.isoformat()] for day in one.dates[:PARTS_MAX] if day.on],
        "organisations": [{"name": org.name or org.ref, "ref": org.ref, "role": org.role} for org in named],
        "organisations_left": len(one.organisations) - len(named),
        "reporting": {"ref": one.reporting_ref, "names": [name.text for name in one.reporting_names]},
        "kpis": [_kpi(sketch) for sketch in sketches_of(one, source=source, today=today)],
        "kpis_left": indicators_left(one),
    }


def _kpi(one: Sketch) -> dict[str, Any]:
    return {
        "at": one.at,
        "external_id": one.external_id,
        "name": one.name,
        "is_offered": one.is_offered,
        "unit": one.unit,
        "decimals": one.decimals,
        "frequency": one.rhythm.frequency.value,
        "fiscal_start": one.rhythm.fiscal_start,
        "better": one.better,
        "shares": one.shares,
        "goal": _goal(one),
        "readings": len(one.readings),
        "first": one.readings[0].start_on.isoformat() if one.readings else None,
        "last": one.readings[-1].start_on.isoformat() if one.readings else None,
        "missing": one.missing,
        "values": _values(one),
        "notes": [note.to_json() for note in one.notes],
    }


def _values(one: Sketch) -> list[list[str]] | None:
    """Return the readings, to be compared with those of a partnership; None where there are too many to keep."""
    if len(one.readings) > VALUES_MAX:
        return None
    return [[claim.start_on.isoformat(), format(claim.value, "f")] for claim in one.readings]


def _goal(one: Sketch) -> dict[str, str] | None:
    if one.goal is None:
        return None
    return {
        "name": one.goal.name,
        "baseline": format(one.goal.baseline, "f"),
        "target": format(one.goal.target, "f"),
        "start_on": one.goal.start_on.isoformat(),
        "due_on": one.goal.due_on.isoformat(),
    }


def offers_of(activity: dict[str, Any]) -> set[str]:
    """Return what can be unticked of an activity: "3" a KPI with all of it, "3.goal", "3.readings"."""
    found: set[str] = set()
    for kpi in activity["kpis"]:
        if kpi["is_offered"]:
            found.add(f"{kpi['at']}")
            found |= {f"{kpi['at']}.goal"} if kpi["goal"] else set()
            found |= {f"{kpi['at']}.readings"} if kpi["readings"] else set()
    return found


def chosen(sketches: Sequence[Sketch], without: set[str]) -> tuple[Sketch, ...]:
    """Return the sketches as they are brought in, without what somebody unticked."""
    found = []
    for one in sketches:
        if one.is_offered and f"{one.at}" not in without:
            goal = None if f"{one.at}.goal" in without else one.goal
            found.append(replace(one, goal=goal, readings=() if f"{one.at}.readings" in without else one.readings))
    return tuple(found)
