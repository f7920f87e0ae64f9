"""
Ask trueppm-scheduler about the plan of a JSON file and print its least processor time in milliseconds.

It runs in the environment of `_peer.py`, which holds nothing of ours. The plan has `days` (three estimates for each task),
`links` (predecessor, successor, type), `rounds`, and `trials`: 0 asks for a schedule, more for a simulation.
"""

import json
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from trueppm_scheduler import Dependency, DependencyType, Project, Task, monte_carlo, schedule


def main() -> None:
    rows = json.loads(Path(sys.argv[1]).read_text())
    plan = project(rows)
    times = []
    for _ in range(rows["rounds"]):
        began = time.process_time()
        if rows["trials"]:
            monte_carlo(plan, runs=rows["trials"], seed=1)
        else:
            schedule(plan)
        times.append((time.process_time() - began) * 1000)
    print(min(times))


def project(rows: dict[str, Any]) -> Project:
    tasks = [
        Task(
            id=str(number),
            name=str(number),
            duration=timedelta(days=likely),
            optimistic_duration=timedelta(days=low),
            most_likely_duration=timedelta(days=likely),
            pessimistic_duration=timedelta(days=high),
        )
        for number, (low, likely, high) in enumerate(rows["days"])
    ]
    links = [
        Dependency(predecessor_id=str(first), successor_id=str(second), dep_type=DependencyType(kind))
        for first, second, kind in rows["links"]
    ]
    return Project(id="p", name="p", start_date=date(2026, 1, 5), tasks=tasks, dependencies=links)


if __name__ == "__main__":
    main()
