"""What the preview shows of a plan file, small enough to keep beside it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from consortio.interchange.plan import Finding, Plan
from consortio.interchange.repair import earliest_date
from consortio.interchange.wording import Wording
from consortio.plans.importing import Prepared, names_in
from consortio.ui.said import PLACE_CHARS_MAX, PLACES, place_words, said

from .line_words import NAMED, name_key

NAMES_MAX, FINDINGS_MAX, EXAMPLES, LINES_MAX, MILESTONES_MAX = 300, 200, 3, 500, 20
GRAVITY = {"error": 0, "warning": 1, "info": 2}


def summary_of(plan: Plan) -> dict[str, Any]:
    """Return counts, dates, names and findings of a plan that was read."""
    names = sorted(names_in(plan).items(), key=lambda pair: (-pair[1], pair[0].casefold()))
    return {
        "name": plan.name,
        "format": plan.format,
        "program": plan.program,
        "start": _minute(plan.start or earliest_date(plan.items)),
        "finish": _minute(plan.finish or _latest(plan)),
        "data_date": _minute(plan.data_date),
        "counts": _counts(plan),
        "names": [list(pair) for pair in names[:NAMES_MAX]],
        "names_left": max(len(names) - NAMES_MAX, 0),
        "findings": groups_of(finding for finding in plan.findings if finding.code != "mapping"),
        "mapping": next((dict(f.where["mapping"]) for f in plan.findings if f.code == "mapping"), None),
    }


def table_of(where: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what can be chosen of a table that could not be read; None for another file."""
    if "columns" not in where:
        return None
    offered = [[str(name), str(words)] for name, words in where["columns"]]
    return {"columns": {}, "unread": [words for _name, words in offered], "offered": offered, "sheets": where["sheets"]}


def _minute(at: datetime | None) -> str | None:
    return at.isoformat(timespec="minutes") if at else None


def _latest(plan: Plan) -> datetime | None:
    """Return the latest finish that the file gives an item."""
    finishes = (one.actual_finish or one.stored.finish or one.stored.early_finish for one in plan.items if one.active)
    return max((at for at in finishes if at), default=None)


def _counts(plan: Plan) -> dict[str, int]:
    kinds = Counter(item.kind for item in plan.items)
    return {
        "items": len(plan.items) - kinds["project"],
        "milestones": sum(item.is_milestone for item in plan.items),
        "phases": kinds["phase"],
        "costs": sum(item.budget is not None or item.actual_cost is not None for item in plan.items),
        "links": len(plan.links),
        "calendars": len(plan.calendars),
        "baselines": len(plan.baselines),
    }


def groups_of(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return the findings by what they say, the gravest first; each with a few of its places."""
    found: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        found[finding.severity, finding.code].append(finding)
    order = sorted(found, key=lambda key: (GRAVITY[key[0]], -len(found[key]), key[1]))
    return [_group(key, found[key]) for key in order[:FINDINGS_MAX]]


def _group(key: tuple[str, str], findings: Sequence[Finding]) -> dict[str, Any]:
    severity, code = key
    examples = [_example(one) for one in findings[:EXAMPLES]]
    return {"severity": severity, "code": code, "count": len(findings), "examples": examples}


def _example(finding: Finding) -> dict[str, Any]:
    """Return what the finding says and where, as facts: its readers have several languages."""
    place = {name: str(value)[:PLACE_CHARS_MAX] for name, value in finding.where.items() if name in PLACES}
    return {"wording": finding.message.to_json(), "place": place}


def in_words(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return the summary with its findings in the reader's language."""
    groups = [
        group | {"examples": [_example_words(one) for one in group["examples"]]}
        for group in summary.get("findings", ())
    ]
    shown = {name: value for name, value in summary.items() if name != "refusal"}
    return shown | ({"findings": groups} if "findings" in summary else {})


def _example_words(kept: Mapping[str, Any]) -> dict[str, str]:
    if "wording" not in kept:  # kept before findings had texts of their own
        return {"message": kept["message"], "where": kept["where"]}
    return {"message": said(Wording.from_json(kept["wording"])), "where": place_words(kept["place"])}


def difference_summary(difference: Any, prepared: Prepared) -> dict[str, Any]:
    """Return what importing again would change, line by line as far as a page goes; the rest follows its default."""
    counts = Counter((change.what, change.state) for change in difference.changes)
    shown = difference.changes[:LINES_MAX]
    return {
        "counts": [[what, state, count] for (what, state), count in sorted(counts.items())],
        "same": difference.same,
        "edited_here": difference.edited_here,
        "left_elsewhere": difference.left_elsewhere,
        "lines": [_line(change) for change in shown],
        "lines_left": max(len(difference.changes) - LINES_MAX, 0),
        "names": _names(shown, difference.changes, prepared),
    }


def _names(shown: Iterable[Any], changes: Iterable[Any], prepared: Prepared) -> dict[str, str]:
    """Return the names of the items and calendars that the lines shown point at; the file's own go first."""
    known = {change.key: change.name for change in changes}
    known |= {f"calendar:{one.external_id}": one.name for one in prepared.calendars}
    known |= {f"item:{one.external_id}": one.name for one in prepared.items}
    fields = [one for change in shown for one in change.fields if one.field in NAMED]
    keys = {name_key(one.field, value) for one in fields for value in (one.here, one.now) if value}
    return {key: known[key] for key in sorted(keys) if key in known}


def milestone_summary(shifts: Sequence[Any]) -> dict[str, Any]:
    """Return the first milestones that importing again would move, and how many more there are."""
    shown = [
        {"name": one.name, "here": _day(one.here_on), "in_file": _day(one.file_on)} for one in shifts[:MILESTONES_MAX]
    ]
    return {"milestones": shown, "milestones_left": max(len(shifts) - MILESTONES_MAX, 0)}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def differing(shown: Mapping[str, Any], difference: Any) -> Iterator[str]:
    """Yield the keys of the lines that were shown and are not so any more, and of their fields."""
    now = {change.key: _line(change) for change in difference.changes}
    for line in shown["lines"]:
        if now.get(line["key"]) != line:
            yield line["key"]
            yield from (field["key"] for field in line["fields"])


def _line(change: Any) -> dict[str, Any]:
    fields = [{name: _shown(value) for name, value in asdict(one).items()} for one in change.fields]
    return {
        "key": change.key,
        "state": change.state,
        "what": change.what,
        "name": change.name,
        "ticked": change.ticked,
        "fields": fields,
    }


def _shown(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
