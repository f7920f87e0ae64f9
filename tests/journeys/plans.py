"""The plans that the stories bring: a footbridge, in MS Project's format and as a table, and a gate. All is made up."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from consortio.interchange.plan import Baseline, BaselineItem, Calendar, Item, Link, Plan, Project
from consortio.interchange.write_mspdi import write_mspdi

DAY = 480
BEGINS = datetime(2027, 3, 1, 8)
ROWS = [  # id, parent, name, days; none of a phase, 0 of a milestone
    ("1", None, "Design", None),
    ("2", "1", "Survey both banks", 5),
    ("3", "1", "Draw the deck", 10),
    ("4", "1", "Design agreed", 0),
    ("5", None, "Building", None),
    ("6", "5", "Foundations", None),
    ("7", "6", "Pile the west bank", 8),
    ("8", "6", "Pile the east bank", 6),
    ("9", "5", "Lift the deck", 3),
    ("10", "5", "Rails and lamps", 7),
    ("11", None, "Bridge opened", 0),
]
LINKS = [("2", "3"), ("3", "4"), ("4", "7"), ("4", "8"), ("7", "9"), ("8", "9"), ("9", "10"), ("10", "11")]
OFFICE = (((480, 720), (780, 1020)),) * 5 + ((), ())
TABLE = """WBS;Task name;Duration;Start;Predecessors;Percent complete
1;Paint the rails;;;;
1.1;Order the paint;2 days;2027-05-03;;100
1.2;First coat;4 days;;2;50
1.3;Second coat;3 days;;3;0
"""

GATE = """WBS;Task name;Duration;Start;Predecessors;Percent complete;Actual start;Actual finish;Responsible;Budget (EUR);Actual cost;Baseline finish
1;Gate;;;;;;;;;;
1.1;Order the gate;5 days;{-7};;100;{-7};{-3};Vera Lindqvist;20000;21500;{-3}
1.2;Build the gate;10 days;;2;50;{0};;Vera Lindqvist;40000;;{11}
2;Banks;;;;;;;;;;
2.1;Clear the west bank;5 days;;3;;;;Vera Lindqvist;6000;;{18}
2.2;Clear the east bank;5 days;;3;;;;Vera Lindqvist;6000;;{18}
3;Gate opened;0 days;;5,6;;;;Weir Council;;;{22}
"""  # days from this week's Monday on


def plan() -> Plan:
    depths: dict[str | None, int] = {None: 0}
    items = []
    for order, (key, parent, name, days) in enumerate(ROWS):
        depths[key] = depths[parent] + 1
        kind = "phase" if days is None else "milestone" if days == 0 else "task"
        items.append(
            Item(
                id=key,
                name=name,
                kind=kind,
                parent=parent,
                depth=depths[key],
                order=order,
                milestone="finish" if kind == "milestone" else None,
                duration_minutes=None if days is None else days * DAY,
            )
        )
    promised = (
        BaselineItem("4", finish=datetime(2027, 3, 17, 17)),
        BaselineItem("11", finish=datetime(2027, 4, 16, 17)),
    )
    return Plan(
        file="footbridge.xml",
        format="mspdi",
        mode="msp",
        projects=(Project("1", "Footbridge", start=BEGINS, calendar="office"),),
        items=tuple(items),
        links=tuple(Link(before, after) for before, after in LINKS),
        calendars=(Calendar("office", "Office hours", week=OFFICE),),
        baselines=(Baseline(0, promised, "Promised"),),
        program="MS Project",
    )


def files_in(folder: Path) -> tuple[Path, Path, Path]:
    """Write the plan, a table, and a file that is neither whole nor a plan."""
    made = folder / "footbridge.xml", folder / "paint.csv", folder / "torn.xml"
    for path, content in zip(made, (write_mspdi(plan()), TABLE.encode(), write_mspdi(plan())[:900]), strict=True):
        path.write_bytes(content)
    return made


def gate_in(folder: Path) -> Path:
    """Write a table with costs, of which a week is over; in the one that is two weeks ahead somebody is needed twice."""
    today = datetime.now(UTC).date()
    monday = today - timedelta(days=today.weekday())
    path = folder / "gate.csv"
    path.write_text(re.sub(r"{(-?\d+)}", lambda day: (monday + timedelta(days=int(day[1]))).isoformat(), GATE))
    return path
