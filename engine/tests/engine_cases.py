"""Words for the engine's tests: readable instants, everyday calendars, and the optional folder of shared cases."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from consortio_engine import NONE, Calendar, Link, LinkType, Network, Project, Schedule, Task

EPOCH = datetime(1970, 1, 1)
DAY = 1440
WORKDAY = 480
OFFICE = [(480, 720), (780, 1020)]
OFFICE_WEEK = [OFFICE] * 5 + [[], []]
NIGHT_WEEK = [[(1320, 1800)]] * 5 + [[], []]
AROUND_THE_CLOCK = [[(0, 1440)]] * 7
MONDAY = "2026-01-05T08:00"


def at(text: str) -> int:
    """Minutes since 1970 of an ISO instant."""
    return int((datetime.fromisoformat(text) - EPOCH).total_seconds()) // 60


def shown(minutes: int) -> str | None:
    """The ISO instant of minutes since 1970."""
    if minutes == NONE:
        return None
    return (EPOCH + timedelta(minutes=int(minutes))).isoformat(timespec="minutes")


def calendar(week=OFFICE_WEEK, exceptions=None, first="2025-01-01T00:00", last="2028-01-01T00:00") -> Calendar:
    return Calendar.compile(week, exceptions or {}, at(first), at(last))


def network(tasks, links=(), calendars=None, **project) -> Network:
    """Tasks in one project that starts on Monday 2026-01-05 at 08:00; links as (predecessor, successor, type, lag)."""
    dates = {name: at(value) for name, value in project.items()}
    rows = [one if isinstance(one, Link) else link(*one) for one in links]
    return Network.build(tasks, rows, calendars or [calendar()], [Project(**{"start": at(MONDAY)} | dates)])


def link(predecessor: int, successor: int, kind: str = "FS", lag: int = 0) -> Link:
    return Link(predecessor=predecessor, successor=successor, type=LinkType[kind], lag=lag)


def days(count: float, **attributes) -> Task:
    """A task of so many days of eight hours."""
    return Task(duration=int(count * WORKDAY), **attributes)


def early(plan: Schedule, task: int) -> tuple[str | None, str | None]:
    return shown(plan.early_start[task]), shown(plan.early_finish[task])


def late(plan: Schedule, task: int) -> tuple[str | None, str | None]:
    return shown(plan.late_start[task]), shown(plan.late_finish[task])


def span(plan: Schedule, task: int) -> tuple[str | None, str | None]:
    return shown(plan.start[task]), shown(plan.finish[task])


def shared_cases(name: str) -> dict:
    """The cases of a file in the optional sibling folder `shared`; the test is skipped where it is missing."""
    return json.loads((shared_folder("engine") / name).read_text())


def shared_folder(name: str) -> Path:
    """A folder of data in the optional sibling folder `shared`; the test is skipped where it is missing."""
    for folder in Path(__file__).resolve().parents:
        path = folder.parent / "shared" / "data" / name
        if path.is_dir():
            return path
    pytest.skip(f"the optional folder shared with data/{name} is not beside the repository")
