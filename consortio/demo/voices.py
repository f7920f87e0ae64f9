"""What people of the demo world said beside the plan: remarks, what a house keeps to itself, and what waits for an answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from consortio.access import ANY
from consortio.access.models import Kind
from consortio.invitations.actions import invite_person
from consortio.plans.answering import set_accountable
from consortio.plans.own_side import write_own_side
from consortio.remarks.actions import write_remark

from .cast import CAST
from .stage import Stage
from .table import DAY

# week | day, from Monday | hour | who | item | what they said to all three
SAID = """
-21 | 1 | 9  | ingrid | gridwait | The grid company wants a second drawing of the connection point. I expect their answer a month later than planned.
-19 | 2 | 8  | henrik | wind     | Gusts of 33 m/s bent the test mast at Storvik. The arm was designed for 28. Nothing goes up before the study is done.
-19 | 2 | 13 | tomas  | wind     | Foundations go on: they carry more than any tower needs.
-14 | 0 | 10 | felix  | trafo    | The maker's winding shop has burnt down. Nobody is hurt. I ask every Monday and write the answer here.
-12 | 1 | 9  | ingrid | trafo    | @Felix Adeyemi, could one be hired for the trials?
-12 | 3 | 15 | felix  | trafo    | Two makers were asked. One has a unit of the right size, free after the winter.
-9  | 1 | 7  | tomas  | tersteel | Frames 41 to 52 behind the fuel tanks are rusted through. We renew them; that is twelve more days on the dock.
-9  | 1 | 11 | mette  | tersteel | Then crew A learns on the simulator first and on board afterwards.
-6  | 3 | 9  | tomas  | lomslot  | Lom waits at Lindholm until the dock is free. @Ingrid Solheim, the diesel ferry sails as long.
-4  | 0 | 14 | priya  | steer5   | For the fifth meeting: the transformer, and whether half of the reserve is released.
-3  | 2 | 9  | henrik | stofound | The template for the anchor bolts is on its way. @Tomas Okafor, please pour nothing before it lies there.
-3  | 4 | 7  | tomas  | stofound | It came this morning. We pour on Monday.
-1  | 1 | 10 | mette  | handbook | Six chapters are with the maritime authority. @Henrik Dahl, who writes the one on charging at night?
"""
# week | day | hour | who | item | what only their own people read
AT_HOME = """
-4 | 4 | 16 | yuna   | lomcells | Our supplier of cells has stopped a line and speaks of eight weeks. @Felix Adeyemi, nothing of it leaves the house before a second one is qualified.
-3 | 0 | 8  | felix  | lomcells | Agreed. I tell the others in the committee, once we know our own date.
-2 | 3 | 12 | ingrid | starttwo | If this slips past the date of the award letter, a third of the grant is gone. @Per Aune, half of the reserve stays where it is until then.
-9 | 2 | 17 | tomas  | tersteel | The overtime of the yard is ours to pay. It belongs into no joint paper.
"""
# who | item | low, likely, high in days | what their house notes of it
SIDES = """
yuna   | lomcells | 35, 55, 80 | The likely value counts the second supplier. With the first one alone it would be the high one.
ingrid | licence  | 10, 20, 40 | The authority has two people for it, and both take leave after the summer.
tomas  | lomsteel | 17, 24, 35 | Lom is the older hull. We found rust in her sister.
"""
INVITED = "signe.vold@halvorsund.example"  # by Ingrid; she has not answered yet
ASKED = ("priya", "terpaint", "ingrid")  # who asks, for which item, whom


@dataclass(frozen=True, slots=True)
class Voice:
    """Something that somebody said about an item."""

    at: datetime
    who: str
    key: str
    text: str
    is_at_home: bool = False

    def speak(self, stage: Stage, items: Mapping[str, UUID]) -> None:
        circle_id = stage.circle(self.who, Kind.HOUSE) if self.is_at_home else stage.ids["joint"]
        said: dict[str, Any] = {"circle_id": circle_id, "subject_id": items[self.key], "text": self.text, "at": self.at}
        write_remark(actor=stage.actor(self.who), **said)


def voices(stage: Stage) -> Iterator[Voice]:
    for table, is_at_home in ((SAID, False), (AT_HOME, True)):
        for week, day, hour, who, key, text in _rows(table):
            yield Voice(stage.at(int(week), int(day), int(hour)), who, key, text, is_at_home)


def _rows(table: str) -> Iterator[list[str]]:
    for row in table.strip().splitlines():
        yield [part.strip() for part in row.split("|")]


def keep_to_themselves(stage: Stage, items: Mapping[str, UUID]) -> None:
    """Write down what each house thinks of an item that all see."""
    for nth, (who, key, days, note) in enumerate(_rows(SIDES)):
        names = ("low_minutes", "likely_minutes", "high_minutes")
        sizes = dict(zip(names, (int(size) * DAY["office"] for size in days.split(",")), strict=True))
        write_own_side(actor=stage.actor(who), item_id=items[key], note=note, at=stage.at(-2, 1, 14, nth), **sizes)


def wait_for_answers(stage: Stage, items: Mapping[str, UUID]) -> None:
    """Somebody is asked to answer for an item, and somebody else to come; neither has said anything yet."""
    who, key, asked = ASKED
    named: dict[str, Any] = {"item_id": items[key], "version": ANY, "person_id": stage.ids[asked]}
    set_accountable(actor=stage.actor(who), **named, at=stage.at(-1, 2, 9))
    house, role = stage.house(CAST[asked].company), "contributor"
    seats: dict[str, Any] = {
        "house_role_id": stage.role(asked, house, role),
        "role_id": stage.role(asked, stage.ids["joint"], role),
    }
    invited: dict[str, Any] = {"house_id": house, "joint_id": stage.ids["joint"], "email": INVITED}
    invite_person(actor=stage.actor(asked), **invited, **seats, at=stage.at(-1, 3, 10))
