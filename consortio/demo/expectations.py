"""What each of the three expects of a goal, given before the others are seen: one round shown, one that is open."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from consortio.forecasts.actions import Said, give_forecast, let_be_scored, open_round

from .stage import Stage

SHOWN = (
    ("ingrid", ("27", "30", "33"), "Two crossings of three by battery; the relief ferry still burns."),
    ("felix", ("25", "27", "30"), "The towers charge in eleven minutes. We have seen it for a month."),
    ("tomas", ("28", "31", "36"), "Terna sails on diesel as long as she is in the dock."),
)
OPEN = (
    ("felix", ("62", "70", "80"), "The second supplier begins in three weeks."),
    ("tomas", ("58", "66", "74"), "We count what comes through the gate."),
)


def expect(stage: Stage, goals: Mapping[str, UUID]) -> None:
    """Ask about two goals: of the first all have said what they expect, of the second Ingrid has not."""
    at = stage.at(-3, 1, 9)
    _ask(stage, goals["dry"], SHOWN, -3)
    for nth, who in enumerate(("ingrid", "felix", "tomas")):
        actor, when = stage.actor(who), at + timedelta(days=2, hours=nth)
        let_be_scored(actor=actor, circle_id=stage.ids["joint"], is_willing=True, at=when)
    _ask(stage, goals["filled"], OPEN, -1)


def _ask(stage: Stage, goal_id: UUID, said: tuple[tuple[str, tuple[str, str, str], str], ...], week: int) -> None:
    made = open_round(actor=stage.actor("ingrid"), goal_id=goal_id, days=30, at=stage.at(week, 1, 9))
    for nth, (who, values, words) in enumerate(said):
        low, middle, high = (Decimal(value) for value in values)
        expected = Said(low, middle, high, words)
        at = stage.at(week, 1, 10 + nth)
        give_forecast(actor=stage.actor(who), round_id=made, said=expected, at=at)
