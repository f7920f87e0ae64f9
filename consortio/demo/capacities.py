"""How much time the organisations of the demo world have, which one has not said, and dates that would fit."""

from datetime import timedelta
from typing import Any

from consortio.access.models import Kind
from consortio.levelling.actions import Said, say_capacity
from consortio.levelling.finding import find_here

from .stage import Stage

SECONDS, WHOLE = 5, 100
SAID = (  # who says it, of whom (nobody: all they bring), percent, from which week, through which week
    ("felix", "", 400, -8, None),
    ("felix", "henrik", 100, -8, None),
    ("tomas", "", 200, -8, 20),
    ("tomas", "", 300, 21, None),
)
AT_HOME = ("felix", "henrik", 50, 4, 12)  # his house knows that he is wanted elsewhere


def share_time(stage: Stage) -> None:
    """Two of three say how much time they have; somebody is needed twice, and one house knows more of it."""
    for nth, (who, whom, percent, first, last) in enumerate(SAID):
        _say(stage, who, _said(stage, whom, percent, first, last), stage.ids["joint"], nth)
    who, whom, percent, first, last = AT_HOME
    house_id = stage.circle(who, Kind.HOUSE)
    _say(stage, who, _said(stage, whom, WHOLE, -8, first - 1), house_id, len(SAID))
    _say(stage, who, _said(stage, whom, percent, first, last), house_id, len(SAID) + 1)


def _say(stage: Stage, who: str, said: Said, circle_id: Any, nth: int) -> None:
    say_capacity(actor=stage.actor(who), circle_id=circle_id, said=said, at=stage.at(-2, 2, 11, nth))


def _said(stage: Stage, whom: str, percent: int, first: int, last: int | None) -> Said:
    begin = stage.monday + timedelta(weeks=first)
    end = None if last is None else stage.monday + timedelta(weeks=last + 1, days=-1)
    return Said(percent, begin, end, stage.ids[whom] if whom else None)


def look_for_dates(stage: Stage) -> None:
    """Whoever keeps the plan has looked for dates that fit, and left them for the others to see."""
    own: dict[str, Any] = {"plan_id": stage.ids["plan"], "circle_id": stage.ids["joint"], "objective": "finish"}
    find_here(actor=stage.actor("priya"), **own, seconds=SECONDS, at=stage.at(-1, 3, 12), is_instant=True)
