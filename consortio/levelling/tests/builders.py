"""A plan in which ada is needed twice at once: two items of a week each, a third one after the first."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from consortio.levelling.actions import Said, say_capacity, say_demand
from consortio.levelling.finding import find_here
from consortio.levelling.seeing import seen_by
from consortio.plans.actions import NewItem, add_item, add_link, create_plan
from tests.world import NOON

START, DAY = datetime(2031, 5, 12, 8), 480  # a Monday
FIRST, SECOND = date(2031, 5, 12), date(2031, 5, 19)
FROM = date(2031, 1, 1)


@dataclass(frozen=True)
class Works:
    plan: UUID
    hull: UUID
    deck: UUID
    paint: UUID


def item(world: Any, plan: UUID, name: str, circle: str = "coast", days: int = 5, **more: Any) -> UUID:
    own = {"actor": world.actor("ada@Harbour"), "plan_id": plan, "circle_id": world.ids[circle], "at": NOON}
    return add_item(**own, item=NewItem(name, duration_minutes=days * DAY, **more))


def works(world: Any, circle: str = "coast") -> Works:
    ada = world.actor("ada@Harbour")
    own = {"actor": ada, "circle_id": world.ids[circle], "at": NOON}
    plan = create_plan(**own, name="Ferry", start_at=START, zone="UTC")
    hers = {"organisation_id": world.ids["Harbour"], "person_id": world.ids["ada"], "circle": circle}
    hull, deck = (item(world, plan, name, **hers) for name in ("Hull", "Deck"))
    paint = item(world, plan, "Paint", circle, organisation_id=world.ids["Orchard" if circle == "coast" else "Harbour"])
    add_link(**own, predecessor_id=hull, successor_id=paint)
    return Works(plan, hull, deck, paint)


def say(
    world: Any, percent: int, who: str = "ada@Harbour", circle: str = "coast", person: str = "", **more: Any
) -> UUID:
    said = Said(percent, more.pop("from_on", FROM), person_id=world.ids[person] if person else None, **more)
    return say_capacity(actor=world.actor(who), circle_id=world.ids[circle], said=said, at=NOON)


def need(world: Any, item_id: UUID, whose: str, percent: int = 100, circle: str = "coast", **more: Any) -> UUID:
    own = {"circle_id": world.ids[circle], "organisation_id": world.ids[whose], "percent": percent}
    return say_demand(actor=world.actor("ada@Harbour"), item_id=item_id, at=NOON, **own, **more)


def loads(world: Any, plan: UUID, who: str = "ada@Harbour", *, is_house: bool = False) -> dict[str, list[Any]]:
    """Return the weeks of everybody as (Monday, percent, capacity, days of work), by name."""
    seen = seen_by(actor=world.actor(who), plan_id=plan, is_house=is_house)
    found = {}
    for load in seen.loads():
        key = load.key
        own = next(name for name in ("Harbour", "Orchard", "Island") if world.ids[name] == key.organisation_id)
        name = seen.people[key.person_id] if key.person_id else f"{own} {key.work}".strip()
        found[name] = [(week.begins_on, week.percent, week.capacity, week.minutes / DAY) for week in load.weeks]
    return found


def found(world: Any, plan: UUID, who: str = "ada@Harbour", circle: str = "coast", **more: Any) -> UUID:
    """Look for dates in this process."""
    said = {"objective": "finish", "seconds": 5} | more
    return find_here(actor=world.actor(who), plan_id=plan, circle_id=world.ids[circle], at=NOON, **said)
