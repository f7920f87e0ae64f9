"""What fewer people do beside the joint plan, each in their own circle."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from consortio.access.models import Kind
from consortio.circles.actions import appoint, open_body, open_side_circle
from consortio.plans.actions import NewItem, add_item, add_link, create_plan

from .actions import convene
from .beside import CELLS, COMMITTEE, OFFER, RELIEF, TIMETABLE, Aside, SmallPlan
from .cast import CAST, COMPANIES
from .stage import ZONE, Stage
from .table import DAY, Line, Sheet, parts
from .unfolding import BEGINS


def act_aside(stage: Stage, items: Mapping[str, UUID]) -> None:
    """What fewer people know: the committee's plan, an offer, a house's own plan, and private items in the joint one."""
    _convene(stage)
    side: dict[str, Any] = {"name": "Offer for phase 2", "letters": "OFF", "at": stage.at(-4)}
    pair = [stage.ids["voltmere"], stage.ids["brightkeel"]]
    offer = open_side_circle(actor=stage.actor("felix"), joint_id=stage.ids["joint"], organisation_ids=pair, **side)
    stage.ids["offer"] = offer
    for small, circle_id in ((OFFER, offer), (COMMITTEE, stage.ids["committee"]), (TIMETABLE, stage.house("ferries"))):
        _draw(stage, small, circle_id)
    for aside in (CELLS, RELIEF):
        _add_aside(stage, aside, items)


def _convene(stage: Stage) -> None:
    """Open the steering committee; each organisation names its own people."""
    opened: dict[str, Any] = {"name": "Steering committee", "letters": "STC", "at": stage.at(BEGINS, 1)}
    role = stage.role("ingrid", stage.ids["joint"], "lead")
    actor, joint = stage.actor("ingrid"), stage.ids["joint"]
    everybody = [stage.ids[company] for company in COMPANIES]
    body = open_body(actor=actor, joint_id=joint, organisation_ids=everybody, role_id=role, **opened)
    others = {stage.ids[CAST[who].company]: (stage.ids[who], role) for who in ("felix", "tomas")}
    convene(body_id=body, people=others, at=stage.at(BEGINS, 2))
    sponsor = stage.role("ingrid", joint, CAST["per"].role)
    appoint(actor=actor, body_id=body, person_id=stage.ids["per"], role_id=sponsor, at=stage.at(BEGINS, 2))
    stage.ids["committee"] = body


def _draw(stage: Stage, small: SmallPlan, circle_id: UUID) -> None:
    """Make a small plan here, item by item."""
    at = stage.at(small.begins, 1)
    sheet = Sheet(small.name, "", small.lines, stage.monday, small.begins)
    begin: dict[str, Any] = {
        "circle_id": circle_id,
        "name": small.name,
        "start_at": sheet.morning(small.begins),
        "zone": ZONE,
    }
    plan_id = create_plan(actor=stage.actor(small.who), **begin, at=at)
    writing = _Writing(stage, small.who, plan_id, circle_id, at)
    writing.add(sheet, {}, None)


def _add_aside(stage: Stage, aside: Aside, joint: Mapping[str, UUID]) -> None:
    """Divide a joint item, or add to a phase, in one house; its links bind nobody else."""
    circle_id = stage.ids[f"{CAST[aside.who].company} only"] = stage.circle(aside.who, Kind.HOUSE)
    writing = _Writing(stage, aside.who, stage.ids["plan"], circle_id, stage.at(aside.week, 3, 13))
    sheet = Sheet("", "", aside.lines, stage.monday, aside.week)
    items = writing.add(sheet, joint, joint[aside.under])
    for first, second in aside.holds:
        writing.link(items[first], items[second])


class _Writing:
    """Somebody writes items into a plan, a minute each."""

    def __init__(self, stage: Stage, who: str, plan_id: UUID, circle_id: UUID, at: datetime) -> None:
        self.stage, self.actor, self.plan_id, self.circle_id = stage, stage.actor(who), plan_id, circle_id
        self.now = at

    def at(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def add(self, sheet: Sheet, known: Mapping[str, UUID], under: UUID | None) -> Mapping[str, UUID]:
        """Write a table's rows below an item. Returns the ids of what is known and of what is new, by key."""
        items = dict(known)
        for line in sheet.lines:
            item = self._item(sheet, line, items[line.parent] if line.parent else under)
            at = self.at()
            items[line.key] = add_item(
                actor=self.actor, plan_id=self.plan_id, circle_id=self.circle_id, item=item, at=at
            )
            for word in line.after:
                key, kind, days, _ = parts(word)
                self.link(items[key], items[line.key], kind, days * DAY["office"])
        return items

    def link(self, first: UUID, second: UUID, kind: str = "FS", lag_minutes: int = 0) -> None:
        ends: dict[str, Any] = {"circle_id": self.circle_id, "predecessor_id": first, "successor_id": second}
        add_link(actor=self.actor, **ends, type=kind, lag_minutes=lag_minutes, at=self.at())

    def _item(self, sheet: Sheet, line: Line, parent_id: UUID | None) -> NewItem:
        snet = line.week("snet")
        return NewItem(
            name=line.name,
            kind=line.kind,
            parent_id=parent_id,
            duration_minutes=(line.days or 0) * DAY["office"],
            organisation_id=self.stage.ids[CAST[line.who].company],
            person_id=self.stage.ids[line.who],
            constraint="snet" if snet is not None else "",
            constraint_at=sheet.morning(snet) if snet is not None else None,
        )
