"""What is uncertain about the crossing: how long work may take, what may happen, and what follows for its dates."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from consortio.access.models import Kind
from consortio.plans.estimates import Said, estimate_items, estimates_page
from consortio.risks.actions import add_risk
from consortio.risks.rules import Terms
from consortio.simulations.actions import keep_simulation
from consortio.simulations.reads import asked_for
from consortio.simulations.running import answered

from .stage import Stage
from .table import DAY

KEEPER, SEED = "priya", 20
QUARTER = DAY["office"] // 4  # nobody estimates by the hour
# Of the planned duration: at best, most likely, at worst. By what kind of work it is.
SHARES = {
    "test": (0.5, 0.8, 1.6),
    "site": (0.5, 0.75, 1.3),
    "yard": (0.5, 0.7, 1.2),
    "paper": (0.3, 0.55, 1.1),
}
WORDS = {  # in an item's name
    "test": ("test", "trial", "commission"),
    "yard": ("hull", "battery", "vessel", "engine", "dock"),
    "paper": ("design", "manual", "report", "permit", "training", "course"),
}
# who raises it, its name, chance, what it costs at best, most likely, at worst, items that it concerns, bears it, response
EVENTS = (
    ("tomas", "Rust behind the tanks of Lom, as in Terna", 40, (4, 9, 22), ("lomsteel",), "brightkeel",
     "Plates for twelve frames lie in the yard."),
    ("felix", "Battery modules for Lom fail their factory acceptance", 25, (5, 12, 30), ("lomcellsok",), "voltmere",
     "Felix is there for the first ten modules."),
    ("henrik", "Protection relay fails its first test", 35, (3, 6, 15), ("subtest",), "voltmere",
     "A second relay is on the shelf at Storvik."),
    ("ingrid", "The maritime authority asks for more evidence", 30, (5, 10, 25), ("lompapers", "licence"), "ferries",
     "Mette sits with the surveyor every second week."),
    ("priya", "The grant office wants the accounts in another form", 20, (3, 5, 15), ("account",), "ferries",
     "Asked for a template; no answer yet."),
)  # fmt: skip
DRIVER = ("tomas", "The yard has too few electricians this winter", 60, (95, 115, 150))
WIRED = ("terswitch", "tercable", "lommotor", "lomswitch", "lomcable")
OWN = ("ingrid", "Our board may move the timetable change by a quarter", 20, (20, 40, 65), ("timetable", "publish", "licence"), "ferries",
       "Said to nobody yet.")  # fmt: skip


def foresee(stage: Stage, items: Mapping[str, UUID]) -> None:
    """Estimate what is still to be done, write risks down, and simulate: for all, and once more in the client's house."""
    at = stage.at(-1, 2, 9)
    _estimate(stage, at)
    for nth, event in enumerate(EVENTS):
        _raise(stage, items, event, stage.ids["joint"], at + timedelta(minutes=20 * nth))
    who, name, chance, three = DRIVER
    drives = {"kind": "driver", "low": three[0], "likely": three[1], "high": three[2]}
    _add(stage, items, who, stage.ids["joint"], WIRED, name, chance, drives, "brightkeel", "", at + timedelta(hours=2))
    house = stage.circle("ingrid", Kind.HOUSE)
    _raise(stage, items, OWN, house, at + timedelta(hours=3))
    for who, circle_id in ((KEEPER, stage.ids["joint"]), ("ingrid", house)):
        _simulate(stage, who, circle_id, stage.at(-1, 3, 7))


def _estimate(stage: Stage, at: datetime) -> None:
    """The keeper of the plan asked everybody; a third of what is left nobody wanted to estimate."""
    actor, before = stage.actor(KEEPER), 0
    while True:
        page = estimates_page(actor=actor, plan_id=stage.ids["plan"], before=before)
        said = [_said(one.row) for nth, one in enumerate(page.rows, before) if nth % 3 and one.row.duration_minutes]
        estimate_items(actor=actor, plan_id=stage.ids["plan"], said=said, at=at)
        before += len(page.rows)
        if before >= page.total:
            return


def _said(row: Any) -> Said:
    kind = next((kind for kind, words in WORDS.items() if any(word in row.name.lower() for word in words)), "site")
    low, likely, high = (max(1, round(share * row.duration_minutes / QUARTER)) * QUARTER for share in SHARES[kind])
    return Said(row.id, None, low, max(low, likely), max(low, likely, high))


def _raise(stage: Stage, items: Mapping[str, UUID], event: tuple[Any, ...], circle_id: UUID, at: datetime) -> None:
    who, name, chance, days, concerns, company, response = event
    low, likely, high = (count * DAY["office"] for count in days)
    said = {"kind": "event", "low": low, "likely": likely, "high": high}
    _add(stage, items, who, circle_id, concerns, name, chance, said, company, response, at)


def _add(
    stage: Stage,
    items: Mapping[str, UUID],
    who: str,
    circle_id: UUID,
    concerns: tuple[str, ...],
    name: str,
    chance: int,
    said: Mapping[str, Any],
    company: str,
    response: str,
    at: datetime,
) -> None:
    terms = Terms(
        name=name,
        chance=chance,
        item_ids=tuple(items[key] for key in concerns),
        response=response,
        organisation_id=stage.ids[company],
        person_id=stage.ids[who],
        **said,
    )
    add_risk(actor=stage.actor(who), plan_id=stage.ids["plan"], circle_id=circle_id, terms=terms, at=at)


def _simulate(stage: Stage, who: str, circle_id: UUID, at: datetime) -> None:
    own: dict[str, Any] = {"actor": stage.actor(who), "plan_id": stage.ids["plan"], "circle_id": circle_id}
    said = answered(
        asked_for(**own), trials=2_000, seed=SEED, run=lambda function, *given, **more: function(*given, **more)
    )
    keep_simulation(**own, said=said, at=at)
