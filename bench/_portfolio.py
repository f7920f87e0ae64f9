"""Published outcomes of real portfolios: sprints of three communities, capital projects of New York City."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from math import asinh, log
from pathlib import Path

from consortio_engine.forecast import Series

REPOSITORIES = ("apache", "jboss", "spring")
STAGES = (0, 30, 50, 80)
_MOST_READINGS = 13
_NUMBERS = 16


@dataclass(frozen=True, kw_only=True)
class Sprint:
    """
    A promise of a team.

    Attributes:
        features: share of issues done, logarithm of issues, no issues, people, planned days, share of issues begun.
        is_straight: whether the points done so far, in a straight line, become all points by the end.
    """

    repository: str
    board: str
    number: int
    features: tuple[float, ...]
    velocity: float
    is_straight: bool
    is_kept: bool


def velocity(folder: Path) -> list[Series]:
    """Points finished per sprint, a series per board."""
    boards: dict[tuple[str, str], list[float]] = defaultdict(list)
    for sprint in sprints(folder, 0):
        boards[sprint.repository, sprint.board].append(sprint.velocity)
    return [Series.of(row[:_MOST_READINGS]) for row in boards.values()]


def sprints(folder: Path, stage: int) -> list[Sprint]:
    """Every sprint as it stood after so many per cent of its time, by repository, then in order of time."""
    found = []
    for repository in REPOSITORIES:
        text = (folder / "sprints" / f"{repository}_iteration_{stage}.csv").read_text(encoding="utf-8")
        rows = [_sprint(repository, line.split(","), stage) for line in text.splitlines()[1:] if line.strip()]
        found += sorted(rows, key=lambda sprint: sprint.number)
    return found


def _sprint(repository: str, cells: list[str], stage: int) -> Sprint:
    # A name may hold commas: the numbers are counted from the end.
    numbers = [float(cell or 0) for cell in cells[-_NUMBERS:]]
    difference, days, _, points_at_start = numbers[:4]
    waiting, waiting_points, begun, begun_points, done, done_points = numbers[8:14]
    issues = waiting + begun + done
    share_done, share_begun = (done / issues, begun / issues) if issues else (0.0, 0.0)
    return Sprint(
        repository=repository,
        board=cells[0],
        number=int(cells[1]),
        features=(share_done, log(1 + issues), float(issues == 0), numbers[15], days, share_begun),
        velocity=max(0.0, points_at_start + difference),
        is_straight=done_points * 100 >= stage * (waiting_points + begun_points + done_points),
        is_kept=difference >= 0,
    )


def completion_dates(folder: Path) -> list[Series]:
    """Forecast completion, in days, of each project as reported again and again."""
    return [_numbered(values) for values in _reports(folder, "Forecast Completion")]


def budgets(folder: Path) -> list[Series]:
    """Forecast budget, in dollars, of each project as reported again and again."""
    return [_numbered(values) for values in _reports(folder, "Budget Forecast")]


@dataclass(frozen=True, kw_only=True)
class Slip:
    """
    A forecast completion, and what became of it by the last report.

    Attributes:
        project: number. horizon_days: to the last report. features: of the moment. slip_days: final less forecast date.
    """

    project: int
    horizon_days: int
    features: tuple[float, ...]
    slip_days: float


def slips(folder: Path) -> list[Slip]:
    """Every report of a project from the third to the last but one."""
    found = []
    for project, said in enumerate(_reports(folder, "Forecast Completion")):
        days = sorted(said)
        for day in days[2:-1]:
            horizon, left = days[-1] - day, max(said[day] - day, 0.0)
            past = (said[day] - said[days[0]]) / (day - days[0])
            features = (log(horizon + 30), asinh(3 * past), log(left + 30))
            slip = said[days[-1]] - said[day]
            found.append(Slip(project=project, horizon_days=horizon, features=features, slip_days=slip))
    return found


def _numbered(values: dict[int, float]) -> Series:
    return Series.of([values[day] for day in sorted(values)][:_MOST_READINGS])


def _reports(folder: Path, column: str) -> list[dict[int, float]]:
    """What each project said, by the day of the report."""
    with (folder / "nyc" / "Capital_Projects.csv").open(encoding="latin-1", newline="") as file:
        rows = list(csv.DictReader(file))[2:]  # two rows describe the columns
    found: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for row in rows:
        if text := row[column].strip():
            value = float(_day(text)) if "/" in text else float(text)
            found[row["PID"], row["Project Name"]].setdefault(_day(row["Date Reported As Of"]), value)
    return list(found.values())


def _day(text: str) -> int:
    return datetime.strptime(text.split()[0], "%m/%d/%Y").toordinal()
