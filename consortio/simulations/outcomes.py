"""What a simulation answered, read from the JSON in which it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Chance:
    """A share of trials, and the interval in which it lies with 95 % if more of them were run."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone: its finish in 10, 50, 80 and 90 of a hundred trials, and the chance of the date that was agreed."""

    item_id: UUID
    planned: datetime | None
    p10: datetime
    p50: datetime
    p80: datetime
    p90: datetime
    agreed: datetime | None
    chance: Chance | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What a risk costs: working minutes by which the end would come earlier without it."""

    risk_id: UUID
    happened: float
    p50: int
    p80: int


@dataclass(frozen=True, slots=True)
class Driving:
    """An item on which the end depends: in which share of the trials, and how closely the end follows its duration."""

    item_id: UUID
    criticality: float
    sensitivity: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Instants are of the plan's wall clock; `finish` is by level, in per cent of the trials."""

    computed_at: datetime
    finish: Mapping[int, datetime]
    interval: Mapping[int, tuple[datetime, datetime]]  # of each level, 95 %
    planned: datetime | None
    planned_chance: Chance
    agreed: datetime | None  # the last finish in the newest baseline
    agreed_chance: Chance | None
    curve: tuple[tuple[datetime, float], ...]
    milestones: tuple[Reached, ...]  # the soonest first
    effects: tuple[Effect, ...]  # the dearest first
    items: tuple[Driving, ...]
    open: int  # items that are not done, without milestones
    estimated: int  # how many of them have an estimate
    method: str
    findings: tuple[tuple[str, UUID | None, int], ...]

    @property
    def item_ids(self) -> frozenset[UUID]:
        reached, driving = {one.item_id for one in self.milestones}, {one.item_id for one in self.items}
        return frozenset(reached | driving | {pk for _, pk, _ in self.findings if pk})

    @property
    def risk_ids(self) -> tuple[UUID, ...]:
        return tuple(one.risk_id for one in self.effects)

    @property
    def by_item(self) -> Mapping[UUID, Reached]:
        return {one.item_id: one for one in self.milestones}


def outcome_in(kept: Mapping[str, Any], computed_at: datetime) -> Outcome:
    levels = kept["levels"]
    milestones = [_reached(one) for one in kept["milestones"]]
    return Outcome(
        computed_at=computed_at,
        finish={level: datetime.fromisoformat(at) for level, at in zip(levels, kept["finish"], strict=True)},
        interval={
            level: (datetime.fromisoformat(low), datetime.fromisoformat(high))
            for level, (low, high) in zip(levels, kept["interval"], strict=True)
        },
        planned=_at(kept["planned"]),
        planned_chance=Chance(*kept["planned_chance"]),
        agreed=_at(kept["agreed"]),
        agreed_chance=_chance(kept["agreed_chance"]),
        curve=tuple((datetime.fromisoformat(at), share) for at, share in kept["curve"]),
        milestones=tuple(sorted(milestones, key=lambda one: (one.p50, one.item_id))),
        effects=tuple(Effect(UUID(one["risk"]), one["happened"], one["p50"], one["p80"]) for one in kept["effects"]),
        items=tuple(Driving(UUID(one["item"]), one["criticality"], one["sensitivity"]) for one in kept["items"]),
        open=kept["open"],
        estimated=kept["estimated"],
        method=kept["method"],
        findings=tuple((code, UUID(pk) if pk else None, value) for code, pk, value in kept["findings"]),
    )


def _reached(kept: Mapping[str, Any]) -> Reached:
    at = {name: datetime.fromisoformat(kept[name]) for name in ("p10", "p50", "p80", "p90")}
    chance = _chance(kept["chance"])
    return Reached(UUID(kept["item"]), _at(kept["planned"]), **at, agreed=_at(kept["agreed"]), chance=chance)


def _chance(kept: Any) -> Chance | None:
    return Chance(*kept) if kept else None


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
