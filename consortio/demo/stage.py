"""Where the story is played: ids by name, actors, and times that count from this Monday."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from consortio import access
from consortio.access.models import Circle, Kind, Role

from .cast import CAST, COMPANIES, Character

ZONE = "Europe/Oslo"


class Stage:
    """`ids` holds organisations, people and circles by the names that the story gives them."""

    def __init__(self, today: date) -> None:
        self.today, self.monday = today, today - timedelta(days=today.weekday())
        self.ids: dict[str, UUID] = {}

    def at(self, week: int, day: int = 0, hour: int = 9, minute: int = 0) -> datetime:
        """Return an instant; days count from Monday."""
        return datetime.combine(self.monday + timedelta(weeks=week, days=day), time(hour, minute), UTC)

    def actor(self, who: str) -> access.Actor:
        return access.actor_for(self.ids[who], self.ids[CAST[who].company])

    def house(self, company: str) -> UUID:
        """Return the joint circle of a company's own house."""
        return self.ids[f"{company}'s house"]

    def role(self, who: str, circle_id: UUID, name: str) -> UUID:
        with access.reading(actor := self.actor(who)):
            return access.visible(actor, Role).get(circle=circle_id, name=name).pk

    def circle(self, who: str, kind: Kind) -> UUID:
        """Return the circle of a kind in which somebody sits in the partnership."""
        with access.reading(actor := self.actor(who)):
            joint = access.get(actor, Circle, self.ids["joint"])
            mine = access.visible(actor, Circle).filter(partnership=joint.partnership_id, kind=kind)
            return mine.get().pk

    @property
    def choices(self) -> Mapping[str, Any]:
        """Return who is who among the names that a plan file gives."""
        people = {one.name: self.ids[key] for key, one in CAST.items()}
        return {"organisations": {one.name: self.ids[key] for key, one in COMPANIES.items()}, "people": people}


def staff(company: str) -> Mapping[str, Character]:
    """Return a company's people, its lead first."""
    own = {key: one for key, one in CAST.items() if one.company == company}
    return dict(sorted(own.items(), key=lambda pair: pair[1].role != "lead"))
