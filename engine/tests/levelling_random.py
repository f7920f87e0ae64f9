"""Small levelling problems, drawn from a seed, and the slow obvious twin that tries every order of jobs."""

import random
from dataclasses import replace

from engine_cases import AROUND_THE_CLOCK, MONDAY, NIGHT_WEEK, OFFICE, OFFICE_WEEK, at, calendar

from consortio_engine import ELAPSED, HorizonExceeded, Link, LinkType
from consortio_engine.resources import Job, Mode, Problem, Resource, verify
from consortio_engine.resources.checker import calendar_of

SIX_DAYS = [OFFICE] * 6 + [[]]
FIRST, LAST = "2026-01-01T00:00", "2026-06-01T00:00"


def calendars() -> list:
    """Office hours with a holiday, a six-day week, nights, around the clock."""
    weeks = [
        (OFFICE_WEEK, {at("2026-01-07T00:00") // 1440: []}),
        (SIX_DAYS, {}),
        (NIGHT_WEEK, {}),
        (AROUND_THE_CLOCK, {}),
    ]
    return [calendar(week, days, FIRST, LAST) for week, days in weeks]


def random_problem(
    seed: int, *, jobs: int = 6, kinds: int = 2, mixed: bool = True, modes: bool = False, simple: bool = False
) -> Problem:
    """Jobs with up to two days, links of all types, bands of capacity; with `mixed` several calendars; `simple`: see `best_finish`."""
    draw = random.Random(seed)
    numbers = draw.sample([0, 1, 2, ELAPSED], 2) if mixed else [draw.choice([0, ELAPSED])]
    rows = [_job(draw, numbers, kinds, modes, simple) for _ in range(jobs)]
    links = [_link(draw, jobs, simple) for _ in range(draw.randint(0, jobs))]
    resources = [_resource(draw, kind) for kind in range(kinds)]
    if modes:
        resources.append(Resource(name="Money", capacity=jobs * 3, renewable=False))
    return Problem.build(rows, links, resources, calendars(), start=at(MONDAY), horizon=at("2026-02-09T00:00"))


def _job(draw: random.Random, numbers: list[int], kinds: int, modes: bool, simple: bool) -> Job:
    ways = []
    for _ in range(draw.randint(1, 2) if modes else 1):
        demand = {kind: draw.randint(0, 2) for kind in range(kinds)} | ({kinds: draw.randint(0, 4)} if modes else {})
        ways.append(Mode(duration=draw.randint(1 if modes or simple else 0, 8) * 120, demand=demand))
    start = at(MONDAY)
    is_bound = draw.random() < 0.2
    fixed = start + draw.randint(-2, 6) * 720 if not simple and draw.random() < 0.1 else None
    return Job(
        modes=tuple(ways),
        calendar=draw.choice(numbers),
        earliest=start + draw.randint(0, 3) * 720 if is_bound else None,
        latest=start + draw.randint(3, 9) * 1440 if not simple and draw.random() < 0.1 else None,
        deadline=start + draw.randint(1, 6) * 1440 if draw.random() < 0.3 else None,
        weight=draw.randint(1, 3),
        fixed_at=fixed,
        fixed_finish=None if fixed is None else fixed + ways[0].duration,
        old_start=start + draw.randint(0, 12) * 480 if draw.random() < 0.3 else None,
    )


def _link(draw: random.Random, jobs: int, simple: bool) -> Link:
    first, second = sorted(draw.sample(range(jobs), 2))
    kind = LinkType.FS if draw.random() < 0.5 else draw.choice([LinkType.FS, LinkType.SS] if simple else list(LinkType))
    lag = draw.choice([0, 0, 240, 1440] if simple else [0, 0, 240, -120, 1440])
    return Link(predecessor=first, successor=second, type=kind, lag=lag, lag_calendar=draw.choice([-1, -1, 0, ELAPSED]))


def _resource(draw: random.Random, kind: int) -> Resource:
    name = f"R{kind}"
    if draw.random() < 0.5:
        return Resource(name=name, capacity=draw.randint(2, 3), calendar=1 if draw.random() < 0.2 else None)
    edge = at(MONDAY) + draw.randint(1, 4) * 1440
    bands = [
        (at(FIRST), edge, draw.choice([2, 3, None])),
        (edge, edge + 1440, draw.randint(0, 2)),
        (edge + 1440, at(LAST), 2),
    ]
    return Resource(name=name, capacity=bands)


class Tried:
    """Start, finish and mode of some jobs, as the checker wants them."""

    def __init__(self, start: list[int], finish: list[int], mode: list[int]) -> None:
        self.start, self.finish, self.mode = start, finish, mode


def best_finish(problem: Problem, step: int = 60) -> int:
    """
    The earliest finish: every order of jobs, each at the first step at which the checker finds nothing wrong.

    For jobs with one mode that all move, whose dates lie on steps, with links to starts without leads: others
    may be met best by a predecessor that starts later than it could.
    """
    count = len(problem.jobs)
    before = [{link.predecessor for link in problem.links if link.successor == job} for job in range(count)]
    parts: dict[tuple[int, ...], Problem] = {}
    best = problem.horizon

    def part(chosen: tuple[int, ...]) -> Problem:
        if chosen not in parts:
            number = {job: at for at, job in enumerate(chosen)}
            links = [
                replace(link, predecessor=number[link.predecessor], successor=number[link.successor])
                for link in problem.links
                if link.predecessor in number and link.successor in number
            ]
            parts[chosen] = Problem.build(
                [problem.jobs[job] for job in chosen], links, problem.resources, problem.calendars,
                start=problem.start, horizon=problem.horizon,
            )  # fmt: skip
        return parts[chosen]

    def place(placed: dict[int, tuple[int, int]]) -> None:
        nonlocal best
        if len(placed) == count:
            best = min(best, max(finish for _, finish in placed.values()))
            return
        for job in range(count):
            if job in placed or not before[job] <= placed.keys():
                continue
            dates = first_dates(placed, job)
            if dates[1] < best:
                place(placed | {job: dates})

    def first_dates(placed: dict[int, tuple[int, int]], job: int) -> tuple[int, int]:
        chosen = tuple(sorted([*placed, job]))
        asked = part(chosen)
        way = problem.jobs[job].ways[0]
        calendar = calendar_of(problem, problem.jobs[job], way)
        for start in range(problem.start, best, step):
            try:
                if way.duration and calendar is not None and calendar.next_start(start) != start:
                    continue
            except HorizonExceeded:
                break
            finish = start + way.duration if calendar is None else calendar.add(start, way.duration)
            dates = placed | {job: (start, finish)}
            rows = [dates[one] for one in chosen]
            plan = Tried([row[0] for row in rows], [row[1] for row in rows], [0] * len(rows))
            if not verify(asked, plan):
                return start, finish
        return best, best

    place({})
    return best
