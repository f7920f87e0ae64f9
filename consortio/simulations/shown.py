"""A simulation in words and figures, for its page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortio.plans.aimed import AimedItem
from consortio.ui.charts.chance import Share, chance
from consortio.ui.charts.plane import Span
from consortio.ui.charts.s_curve import CurveFigure, Day, s_curve
from consortio.ui.formats import day, listing, number

from .basis import Changes
from .outcomes import Chance, Driving, Effect, Outcome, Reached
from .reads import SimulationPage

ITEMS_SHOWN = 10
BAR = 120.0  # px of the dearest risk
UNSEEN = 0.001


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    item: AimedItem
    reached: Reached
    share: Share | None  # the chance of the date that was agreed


@dataclass(frozen=True, slots=True)
class EffectLine:
    number: str
    name: str
    effect: Effect
    bar: float


@dataclass(frozen=True, slots=True)
class DrivingLine:
    item: AimedItem
    driving: Driving


@dataclass(frozen=True, slots=True)
class Told:
    curve: CurveFigure
    planned: Share
    agreed: Share | None
    milestones: tuple[MilestoneLine, ...]
    effects: tuple[EffectLine, ...]
    driving: tuple[DrivingLine, ...]
    notes: tuple[str, ...]
    changed: str  # since; empty where nothing has
    half: datetime
    fourfifths: datetime


def told_of(page: SimulationPage) -> Told:
    assert page.row is not None  # there is one
    outcome = page.row.outcome
    dearest = max((one.p80 for one in outcome.effects), default=0) or 1
    return Told(
        curve=_curve(outcome),
        planned=share_of(outcome.planned_chance),
        agreed=share_of(outcome.agreed_chance) if outcome.agreed_chance else None,
        milestones=tuple(
            MilestoneLine(page.items[one.item_id], one, share_of(one.chance) if one.chance else None)
            for one in outcome.milestones
            if one.item_id in page.items
        ),
        effects=tuple(
            EffectLine(*page.risks[one.risk_id], one, round(max(one.p80, 0) * BAR / dearest, 2))
            for one in outcome.effects
            if one.risk_id in page.risks
        ),
        driving=tuple(DrivingLine(page.items[one.item_id], one) for one in outcome.items if one.item_id in page.items)[
            :ITEMS_SHOWN
        ],
        notes=tuple(_notes(outcome, page.items)),
        changed=listing(_changed(page.row.changed)) if page.row.changed else "",
        half=outcome.finish[50],
        fourfifths=outcome.finish[80],
    )


def share_of(one: Chance) -> Share:
    """What happened in none of the trials, or in all of them, may still be otherwise."""
    share = min(max(one.share, UNSEEN), 1 - UNSEEN)
    return chance(Span.of(share), low=one.low, high=one.high, method=_("plan simulation"))


def _curve(outcome: Outcome) -> CurveFigure:
    levels = [
        (level, at.date(), outcome.interval[level][0].date(), outcome.interval[level][1].date())
        for level, at in outcome.finish.items()
    ]
    held = [(outcome.planned, _("computed")), (outcome.agreed, _("agreed")), (outcome.finish[80], _("four of five"))]
    days = [Day(at.date(), f"{words} {day(at.date())}") for at, words in held if at]
    return s_curve([(at.date(), share) for at, share in outcome.curve], levels, days)


def _notes(outcome: Outcome, items: Mapping[Any, AimedItem]) -> Iterator[str]:
    """Say what a reader should know of how it was computed."""
    certain = outcome.open - outcome.estimated
    if certain:
        words = ngettext(
            "%(n)s item has no estimate and is taken to last as planned.",
            "%(n)s items have no estimate and are taken to last as planned.",
            certain,
        )
        yield words % {"n": number(certain)}
    for code, pk, value in outcome.findings:
        name = items[pk].name if pk in items else ""
        if code == "no_spread":
            yield _("Nothing varies: every trial is the plan as it stands.")
        elif code == "spread_ignored" and name:
            yield _("The estimate of %(name)s plays no part: it is done, or has no dates.") % {"name": name}
        elif code == "not_converged":
            yield _("More trials would make it more exact: four of five still vary by %(days)s days.") % {
                "days": number(round(value / 1440, 1))
            }


def _changed(since: Changes) -> Iterator[str]:
    """Say what has changed since, each so that it may stand in a list."""
    if since.plan:
        yield _("the plan has changed")
    if since.estimates:
        words = ngettext("an estimate was changed", "estimates were changed %(n)s times", since.estimates)
        yield words % {"n": number(since.estimates)}
    if since.own_estimates:
        yield _("what our house thinks by itself of how long items take has changed")
    if since.risks:
        words = ngettext("%(n)s risk has changed", "%(n)s risks have changed", since.risks)
        yield words % {"n": number(since.risks)}
