"""What is said of a goal, field by field: as values, as what a proposal keeps, and whether it can be."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, get_args, get_type_hints
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Invalid
from consortio.access.models import Place, Seat, Within
from consortio.access.said import said_line, said_text
from consortio.kpis.amounts import check_amount
from consortio.kpis.periods import FIRST_YEAR, LAST_YEAR
from consortio.kpis.reads import kpi_there

from .models import Direction, Goal, GoalKind
from .rules import ENDS, NAME_MAX, TEXT_MAX, WEIGHT_MAX, WORDS_MAX

AMOUNTS = ("baseline", "target", "band_low", "band_high")


@dataclass(frozen=True, slots=True)
class Contribution:
    """What an organisation brings to a goal, the amount in the unit of its KPI, and who of it is accountable."""

    organisation_id: UUID
    words: str = ""
    amount: Decimal | None = None
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class GoalTerms:
    """
    A goal as it is said.

    Attributes:
        baseline, target: of a measure that is to grow or to fall, in the KPI's unit; `band_low`, `band_high` of one that is
            to stay between two values.
        start_on, due_on: from the day on which the baseline held to the day by which it is reached.
        weight: against other goals, from 1.
        organisation_id, person_id: who is in charge, and who of them is accountable.
    """

    name: str
    start_on: date
    due_on: date
    why: str = ""
    kind: str = GoalKind.MEASURE.value
    kpi_id: UUID | None = None
    direction: str = Direction.UP.value
    baseline: Decimal | None = None
    target: Decimal | None = None
    band_low: Decimal | None = None
    band_high: Decimal | None = None
    weight: int = 1
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    parent_id: UUID | None = None
    contributions: tuple[Contribution, ...] = ()


def terms_of(goal: Goal) -> GoalTerms:
    kept = {each.name: getattr(goal, each.name) for each in fields(GoalTerms) if each.name != "contributions"}
    return GoalTerms(**kept, contributions=tuple(_contribution(one) for one in goal.contributions))


def changed(terms: GoalTerms, changes: Mapping[str, Any]) -> GoalTerms:
    return replace(terms, **changes)


def as_kept(terms: GoalTerms) -> dict[str, Any]:
    """Return the fields of a goal's row."""
    return asdict(terms) | {"contributions": [_plain_contribution(one) for one in terms.contributions]}


def as_plain(terms: GoalTerms) -> dict[str, Any]:
    """Return what a proposal and a version keep: texts, whole numbers and lists."""
    return {name: _plain(value) for name, value in as_kept(terms).items()}


def from_plain(content: Mapping[str, Any]) -> GoalTerms:
    """Return the terms of a proposal's content or of a version."""
    kept = {name: _value(TYPES[name], content.get(name)) for name in TYPES if name != "contributions"}
    return GoalTerms(**kept, contributions=tuple(_contribution(one) for one in content["contributions"]))


TYPES: Mapping[str, Any] = get_type_hints(GoalTerms)


def _value(kind: Any, value: Any) -> Any:
    if value is None or not isinstance(value, str):
        return value
    plain = next((one for one in get_args(kind) if one is not type(None)), kind)
    return date.fromisoformat(value) if plain is date else plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value) if isinstance(value, UUID) else value


def _contribution(kept: Mapping[str, Any]) -> Contribution:
    amount, person = kept.get("amount"), kept.get("person")
    return Contribution(
        organisation_id=UUID(kept["organisation"]),
        words=kept.get("words", ""),
        amount=None if amount is None else Decimal(amount),
        person_id=UUID(person) if person else None,
    )


def _plain_contribution(one: Contribution) -> dict[str, Any]:
    amount = None if one.amount is None else format(one.amount, "f")
    person = str(one.person_id) if one.person_id else None
    return {"organisation": str(one.organisation_id), "words": one.words, "amount": amount, "person": person}


def checked_terms(actor: Actor, circle_id: UUID, terms: GoalTerms, goal: Goal | None) -> GoalTerms:
    """
    Return a goal's terms as they are kept.

    Raises:
        Invalid: a field, by name, and what was expected.
    """
    terms = replace(terms, name=said_line("name", terms.name, NAME_MAX), why=said_text("why", terms.why, TEXT_MAX))
    if not terms.name:
        raise Invalid("name", _("Name: say what is to be reached, in a few words."))
    _check_days(terms)
    if not 1 <= terms.weight <= WEIGHT_MAX:
        raise Invalid("weight", _("Weight: a whole number from 1 to %(most)s.") % {"most": WEIGHT_MAX})
    if terms.kind not in GoalKind.values:
        raise Invalid("kind", _("A goal is a measure or a milestone."))
    _check_owner(actor, circle_id, terms)
    _check_parent(actor, circle_id, terms, goal)
    contributions = tuple(
        _checked_contribution(actor, circle_id, one, at) for at, one in enumerate(terms.contributions)
    )
    if len({one.organisation_id for one in contributions}) < len(contributions):
        raise Invalid("contributions", _("Say of each organisation once what it brings."))
    terms = replace(terms, contributions=contributions)
    return _measured(actor, circle_id, terms) if terms.kind == GoalKind.MEASURE else _of_milestone(terms)


def _check_days(terms: GoalTerms) -> None:
    for field in ("start_on", "due_on"):
        if not FIRST_YEAR <= getattr(terms, field).year <= LAST_YEAR:
            years = {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise Invalid(field, _("Choose a day of the years %(first)s to %(last)s.") % years)
    if terms.due_on <= terms.start_on:
        raise Invalid("due_on", _("A goal is reached after it begins: choose a later day."))


def _measured(actor: Actor, circle_id: UUID, terms: GoalTerms) -> GoalTerms:
    """Return the terms of a goal that a KPI measures: with a baseline and a target, or with a band."""
    if terms.kpi_id is None or not kpi_there(actor=actor, circle_id=circle_id, kpi_id=terms.kpi_id):
        raise Invalid("kpi_id", _("Choose the KPI that tells whether it is reached."))
    for field in AMOUNTS:
        check_amount(field, getattr(terms, field))
    if terms.direction == Direction.BAND:
        if terms.band_low is None or terms.band_high is None or terms.band_low >= terms.band_high:
            raise Invalid("band_high", _("A band goes from a smaller value to a greater one."))
        return replace(terms, baseline=terms.baseline, target=None)
    if terms.direction not in Direction.values:
        raise Invalid("direction", _("A measure is to grow, to fall, or to stay in a band."))
    if terms.baseline is None or terms.target is None:
        field = "baseline" if terms.baseline is None else "target"
        raise Invalid(field, _("Say where it begins and what is to be reached."))
    if terms.target == terms.baseline or (terms.target > terms.baseline) != (terms.direction == Direction.UP):
        words = _("A measure that is to grow has a target above its baseline, one that is to fall a target below it.")
        raise Invalid("target", words)
    return replace(terms, band_low=None, band_high=None)


def _of_milestone(terms: GoalTerms) -> GoalTerms:
    return replace(terms, kpi_id=None, **dict.fromkeys(AMOUNTS))  # type: ignore[arg-type]  # all of them may be empty


def _check_owner(actor: Actor, circle_id: UUID, terms: GoalTerms) -> None:
    if terms.organisation_id and not is_placed(actor, circle_id, terms.organisation_id):
        raise Invalid("organisation_id", _("Choose an organisation that sees this goal."))
    if terms.person_id:
        if not terms.organisation_id or not _is_seated(actor, circle_id, terms.organisation_id, terms.person_id):
            raise Invalid("person_id", _("Choose somebody who sees this goal and acts for its organisation."))


def _is_seated(actor: Actor, circle_id: UUID, organisation_id: UUID, person_id: UUID) -> bool:
    own = {"circle": circle_id, "organisation": organisation_id, "person": person_id}
    return access.visible(actor, Seat).filter(**own, ended_at=None).exists()


def is_placed(actor: Actor, circle_id: UUID, organisation_id: UUID) -> bool:
    return access.visible(actor, Place).filter(circle=circle_id, organisation=organisation_id).exists()


def _check_parent(actor: Actor, circle_id: UUID, terms: GoalTerms, goal: Goal | None) -> None:
    """Look whether the goal above is one that everybody here sees, and does not lie below this one."""
    if terms.parent_id is None:
        return
    wider = access.visible(actor, Within).filter(circle=circle_id).values("wider")
    there = access.visible(actor, Goal).filter(circle__in=wider, withdrawn_at=None).exclude(state__in=ENDS)
    parents = dict(there.values_list("pk", "parent_id"))
    if terms.parent_id not in parents:
        raise Invalid("parent_id", _("Choose an open goal that everybody sees who sees this one."))
    above: UUID | None = terms.parent_id
    while above is not None:
        if goal is not None and above == goal.pk:
            raise Invalid("parent_id", _("A goal does not lie below itself."))
        above = parents.get(above)


def _checked_contribution(actor: Actor, circle_id: UUID, one: Contribution, place: int) -> Contribution:
    if not is_placed(actor, circle_id, one.organisation_id):
        raise Invalid(f"contributions.{place}", _("Choose an organisation that sees this goal."))
    if one.person_id and not _is_seated(actor, circle_id, one.organisation_id, one.person_id):
        words = _("Choose somebody who sees this goal and acts for this organisation.")
        raise Invalid(f"contributions.{place}.person_id", words)
    check_amount(f"contributions.{place}.amount", one.amount)
    return replace(one, words=said_text(f"contributions.{place}.words", one.words, WORDS_MAX))
