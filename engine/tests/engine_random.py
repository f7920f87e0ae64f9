"""Networks drawn at random, with everything the engine knows."""

import random
from dataclasses import replace

from engine_cases import AROUND_THE_CLOCK, DAY, MONDAY, NIGHT_WEEK, OFFICE_WEEK, at, calendar

from consortio_engine import ELAPSED, Assignment, Calendar, Constraint, Kind, Link, LinkType, Network, Project, Task

START = at(MONDAY)
SPAN = {"first": "2021-01-01T00:00", "last": "2031-01-01T00:00"}
CALENDARS: list[Calendar] = [calendar(week, **SPAN) for week in (OFFICE_WEEK, NIGHT_WEEK, AROUND_THE_CLOCK)]


def random_network(seed: int, size: int) -> Network:
    """Summaries first, then tasks under them; links lead forward, so that no ring appears."""
    draw = random.Random(seed)
    summaries = size // 10
    tasks = [Task(kind=Kind.SUMMARY, parent=draw.randrange(-1, at) if at else -1) for at in range(summaries)]
    tasks += [random_task(draw, draw.randrange(-1, summaries)) for _ in range(size - summaries)]
    links = [random_link(draw, summaries, size) for _ in range(int(size * 1.3))]
    project = Project(start=START, data_date=START + 9 * DAY, must_finish_by=draw.choice([None, START + 60 * DAY]))
    return Network.build(tasks, links, CALENDARS, [project])


def with_crews(drawn: Network, seed: int) -> Network:
    """Some of the network's tasks with assignments that decide how long they take, begun ones with less left."""
    draw, found = random.Random(seed), []
    for task in ((drawn.kind == Kind.TASK) & (drawn.is_elapsed == 0)).nonzero()[0].tolist():
        for _ in range(draw.choice([0, 0, 1, 2])):
            work, units = draw.randint(0, 6) * 240, draw.choice([0.5, 1.0, 2.0])
            one = Assignment(task=task, calendar=draw.choice([0, 1, 2, ELAPSED]), work=work, units=units)
            if drawn.actual_start[task] > 0:
                one = replace(one, remaining=draw.randint(0, work))
            found.append(replace(one, opening=draw.choice([None, None, 0])))
    return replace(drawn, assignments=tuple(found))


def random_task(draw: random.Random, parent: int) -> Task:
    attributes = {
        "duration": draw.randint(0, 6) * 240,
        "calendar": draw.choice([0, 0, 1, 2, ELAPSED]),
        "parent": parent,
    }
    if attributes["duration"] == 0:
        attributes["kind"] = draw.choice([Kind.MILESTONE, Kind.START_MILESTONE, Kind.FINISH_MILESTONE, Kind.TASK])
    if draw.random() < 0.25:
        attributes["constraint"] = draw.choice(list(Constraint))
        attributes["constraint_at"] = START + draw.randint(0, 40) * DAY + draw.choice([0, 120, 480, 540])
    if draw.random() < 0.1:
        attributes["constraint2"] = draw.choice([Constraint.START_NO_LATER, Constraint.FINISH_NO_LATER])
        attributes["constraint2_at"] = START + draw.randint(0, 40) * DAY
    if draw.random() < 0.1:
        attributes["deadline"] = START + draw.randint(0, 40) * DAY
    attributes |= random_progress(draw, attributes["duration"])
    attributes["is_active"] = draw.random() > 0.05
    attributes["is_elapsed"] = draw.random() < 0.05
    return Task(**attributes)


def random_progress(draw: random.Random, duration: int) -> dict:
    drawn, begun = draw.random(), START + draw.randint(0, 8) * DAY
    if drawn < 0.1:
        return {"actual_start": begun, "actual_finish": begun + draw.randint(0, 3) * DAY}
    if drawn < 0.2:
        return {"actual_start": begun, "remaining": draw.randint(0, duration)}
    if drawn < 0.25:
        return {"is_manual": True, "manual_start": begun, "manual_finish": begun + DAY}
    return {}


def random_link(draw: random.Random, first: int, size: int) -> Link:
    predecessor = draw.randrange(first, size - 1)
    lag = draw.choice([0, 0, 0, -240, 240, 600])
    kind = draw.choice([LinkType.FS, LinkType.FS, LinkType.SS, LinkType.FF, LinkType.SF])
    successor = draw.randrange(predecessor + 1, size)
    return Link(
        predecessor=predecessor, successor=successor, type=kind, lag=lag, lag_calendar=draw.choice([-1, -1, ELAPSED])
    )
