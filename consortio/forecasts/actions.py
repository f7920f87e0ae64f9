"""Asking for forecasts, giving one's own before others are seen, and letting them be scored. What reveals: see `revealing`."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Invalid, NotVisible, Permission, Refused
from consortio.access.models import Circle, Kind, Within
from consortio.access.said import said_text
from consortio.goals.reads import GoalForForecast, goal_to_forecast
from consortio.kpis.amounts import check_amount
from consortio.kpis.reads import named_kpis
from consortio.record.log import action, nothing_changed, record

from .models import Given, OwnForecast, Round, Scored
from .revealing import asked_in, given_in, reveal
from .rules import DAYS, FEWEST, WORDS_MAX, are_in_order, closing, is_complete


class NotForecast(Refused):
    """A goal that has ended, that nothing measures, or that only one organisation sees."""


class AlreadyOpen(Refused):
    """One round at a time is open for a goal."""


class Closed(Refused):
    """A round that was revealed takes no more forecasts."""


class NotAsked(Refused):
    """Only active members that see the goal give forecasts."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an organisation expects, in the KPI's unit: p10 <= p50 <= p90."""

    p10: Decimal
    p50: Decimal
    p90: Decimal
    words: str = ""


@action
def open_round(*, actor: Actor, goal_id: UUID, days: int, at: datetime, about_on: date | None = None) -> UUID:
    """
    Ask every organisation that sees a goal for its forecast; none sees another's before all have given theirs, or before
    the days are over.

    Args:
        about_on: the day whose value is forecast; the day on which the goal is due, if nothing is said.

    Raises:
        NotForecast, AlreadyOpen.
        Invalid: a field, by name, and what was expected.
    """
    circle = access.lock(actor, Permission.PLAN_EDIT, Circle, _circle_of(actor, goal_id))
    goal = goal_to_forecast(actor=actor, goal_id=goal_id)
    _require_forecastable(actor, goal, circle)
    if days not in DAYS:
        said = ", ".join(str(each) for each in DAYS)
        raise Invalid("days", _("Open for: choose one of these numbers of days: %(days)s.") % {"days": said})
    about = about_on or goal.due_on
    if about < at.date():
        raise Invalid("about_on", _("A forecast is of a day to come."))
    with access.unscoped("two rounds for one goal wait here for one another"):
        Circle.objects.select_for_update(no_key=True).get(pk=circle.pk)
    rounds = access.visible(actor, Round).filter(goal=goal.id)
    if rounds.filter(revealed_at=None).exists():
        raise AlreadyOpen(_("A round is open for this goal already."))
    made = Round(circle=circle, goal_id=goal.id, number=rounds.count() + 1, about_on=about, opened_at=at)
    _keep_measure(actor, made, goal)
    made.organisation_id, made.person_id, made.closes_at = actor.organisation_id, actor.person_id, closing(at, days)
    made.save()
    record("round.opened", made, goal=str(goal.id), number=made.number, until=made.closes_at.isoformat())
    return made.pk


def _keep_measure(actor: Actor, made: Round, goal: GoalForForecast) -> None:
    assert goal.kpi_id is not None, "a KPI measures what is forecast"
    kpi = named_kpis(actor=actor, kpi_ids=[goal.kpi_id])[goal.kpi_id]
    made.kpi_id, made.unit, made.decimals = kpi.pk, kpi.unit, kpi.decimals


def _circle_of(actor: Actor, goal_id: UUID) -> UUID:
    return goal_to_forecast(actor=actor, goal_id=goal_id).circle_id


def _require_forecastable(actor: Actor, goal: GoalForForecast, circle: Circle) -> None:
    if not goal.is_open or goal.kpi_id is None:
        raise NotForecast(_("Forecasts are given of goals that a KPI measures and that have not ended."))
    if circle.kind not in (Kind.JOINT, Kind.SIDE) or len(asked_in(actor, circle)) < FEWEST:
        raise NotForecast(_("Nobody else sees this goal, so there is no other forecast to be hidden from."))
    if actor.organisation_id not in asked_in(actor, circle):
        raise NotForecast(_("Members that have a vote ask for forecasts."))


@action
def give_forecast(*, actor: Actor, round_id: UUID, said: Said, at: datetime, version: int | None = None) -> bool:
    """
    Give the forecast of one's organisation, or change it as long as the round is open. Returns whether that revealed all.

    Args:
        version: of one's own forecast that was seen, where there is one already.

    Raises:
        Closed, NotAsked.
        Invalid: a field, by name, and what was expected.
    """
    house = access.lock(actor, Permission.PLAN_EDIT, Circle, _own_house(actor, round_id))
    with access.unscoped("those who give their forecasts at once wait here for one another"):
        found = Round.objects.select_for_update(no_key=True, of=("self",)).select_related("circle").get(pk=round_id)
    if found.revealed_at or found.closes_at <= at:
        raise Closed(_("This round is not open any more, so your forecast was not kept."))
    if actor.organisation_id not in asked_in(actor, found.circle):
        raise NotAsked(_("Only active members that see the goal give forecasts."))
    said = _checked(said)
    own = access.visible(actor, OwnForecast).filter(round=found, circle=house).first()
    if own:
        own = access.lock(actor, Permission.PLAN_EDIT, OwnForecast, own.pk, version=version)
    else:
        own = OwnForecast(circle=house, round=found, organisation_id=actor.organisation_id)
    before = (own.p10, own.p50, own.p90, own.words)
    own.p10, own.p50, own.p90, own.words = said.p10, said.p50, said.p90, said.words
    if before == (own.p10, own.p50, own.p90, own.words):
        nothing_changed()
        return False
    own.person_id, own.given_at = actor.person_id, at
    own.save()
    record("forecast.kept", own, round=str(found.pk))
    return _give(actor, found, at)


def _give(actor: Actor, found: Round, at: datetime) -> bool:
    """Say that it was given, once; with the last one that is asked for, all of them are revealed."""
    given = given_in(actor, found.pk)
    if actor.organisation_id in given:
        return False
    Given(circle=found.circle, round=found, organisation_id=actor.organisation_id, given_at=at).save()
    record("forecast.given", found, goal=str(found.goal_id), organisation=str(actor.organisation_id))
    if not is_complete(asked_in(actor, found.circle), {*given, actor.organisation_id}):
        return False
    with access.unscoped("with the last forecast all are revealed to everybody who sees the goal"):
        reveal(found, at)
    return True


def _own_house(actor: Actor, round_id: UUID) -> UUID:
    """Return the circle of one's own organisation within the one where a round is open."""
    found = access.get(actor, Round, round_id)
    inside = access.visible(actor, Within).filter(wider=found.circle_id, circle__kind=Kind.HOUSE)
    house = inside.filter(circle__organisation=actor.organisation_id).values_list("circle_id", flat=True).first()
    if house is None:
        raise NotVisible
    return house


def _checked(said: Said) -> Said:
    for field in ("p10", "p50", "p90"):
        check_amount(field, getattr(said, field))
    if not are_in_order(said.p10, said.p50, said.p90):
        raise Invalid("p90", _("In order: what is hardly undercut, the middle, what is hardly exceeded."))
    return replace(said, words=said_text("words", said.words, WORDS_MAX))


@action
def let_be_scored(*, actor: Actor, circle_id: UUID, is_willing: bool, at: datetime) -> None:
    """Say for one's organisation whether its forecasts may be scored for all to see; shown where every member says yes."""
    circle = access.lock(actor, Permission.PLAN_EDIT, Circle, circle_id)
    own = access.visible(actor, Scored).filter(circle=circle, organisation=actor.organisation_id).first()
    if (own.is_willing if own else False) == is_willing:
        return nothing_changed()
    own = own or Scored(circle=circle, organisation_id=actor.organisation_id)
    own.is_willing, own.said_at = is_willing, at
    own.save()
    record("forecast.scoring", own, organisation=str(actor.organisation_id), willing=is_willing)
