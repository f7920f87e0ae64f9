"""What is said of a KPI, field by field, and which of it a KPI takes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Invalid
from consortio.access.models import Circle, Place, Seat
from consortio.access.said import said_line, said_text

from .amounts import check_amount
from .formula_units import check_units
from .formulas import FormulaRefused, in_order, parse, references
from .measuring import formulas_beside
from .models import Aggregation, Better, Frequency, Kpi
from .units import NotAUnit, UnitsDisagree, unit_of

NAME_MAX, TEXT_MAX, SOURCE_MAX, DECIMALS_MAX = 200, 5_000, 300, 6


@dataclass(frozen=True, slots=True)
class KpiTerms:
    """
    What is measured, and how.

    Attributes:
        formula: over other KPIs, as in `formulas`; empty where readings are entered.
        unit: a code of `units`.
        fiscal_start: the month, from 1, in which its years begin.
        warn_at, alarm_at: in the KPI's unit, on the bad side of what is wanted; of a band the distance from it.
        organisation_id: of whom readings are asked; `person_id` who of them.
        is_headline: one of the few that stand first. See `caps`.
    """

    name: str
    definition: str = ""
    formula: str = ""
    unit: str = "number"
    decimals: int = 0
    frequency: str = Frequency.MONTH.value
    fiscal_start: int = 1
    aggregation: str = Aggregation.LAST.value
    better: str = Better.UP.value
    warn_at: Decimal | None = None
    alarm_at: Decimal | None = None
    source: str = ""
    informs: str = ""
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    is_headline: bool = False


NAMES = tuple(each.name for each in fields(KpiTerms))


def terms_of(kpi: Kpi, changes: Mapping[str, Any]) -> KpiTerms:
    """Return what is said of a KPI, with changes of some fields."""
    return replace(KpiTerms(**{name: getattr(kpi, name) for name in NAMES}), **changes)


def checked_terms(actor: Actor, circle_id: UUID, terms: KpiTerms, kpi: Kpi | None) -> dict[str, Any]:
    """
    Return the fields of a KPI as they are kept.

    Raises:
        Invalid: a field, by name, and what was expected.
    """
    texts = {
        "name": said_line("name", terms.name, NAME_MAX),
        "definition": said_text("definition", terms.definition, TEXT_MAX),
        "source": said_line("source", terms.source, SOURCE_MAX),
        "informs": said_text("informs", terms.informs, TEXT_MAX),
    }
    if not texts["name"]:
        raise Invalid("name", _("Name: say what is measured, in a few words."))
    _check_choices(terms)
    _check_owner(actor, circle_id, terms)
    _check_thresholds(terms)
    formula = _checked_formula(actor, circle_id, terms, kpi)
    return asdict(terms) | texts | {"formula": formula}


def _check_choices(terms: KpiTerms) -> None:
    for field, choices in (("frequency", Frequency), ("aggregation", Aggregation), ("better", Better)):
        if getattr(terms, field) not in choices.values:
            raise Invalid(field, _("Choose one of these: %(names)s.") % {"names": ", ".join(choices.values)})
    if not 1 <= terms.fiscal_start <= 12:
        raise Invalid("fiscal_start", _("A year begins in a month from 1 to 12."))
    if not 0 <= terms.decimals <= DECIMALS_MAX:
        raise Invalid("decimals", _("Show 0 to %(most)s decimals.") % {"most": DECIMALS_MAX})
    try:
        unit_of(terms.unit)
    except NotAUnit as refusal:
        raise Invalid("unit", str(refusal)) from None


def _check_owner(actor: Actor, circle_id: UUID, terms: KpiTerms) -> None:
    """Look whether the organisation is in the circle, and whether the person sits there for it."""
    places = access.visible(actor, Place).filter(circle=circle_id, organisation=terms.organisation_id)
    if terms.organisation_id and not places.exists():
        raise Invalid("organisation_id", _("Choose an organisation that sees this KPI."))
    if terms.person_id:
        seats = access.visible(actor, Seat).filter(circle=circle_id, person=terms.person_id, ended_at=None)
        if not terms.organisation_id or not seats.filter(organisation=terms.organisation_id).exists():
            raise Invalid("person_id", _("Choose somebody who sees this KPI and acts for its organisation."))


def _check_thresholds(terms: KpiTerms) -> None:
    for field in ("warn_at", "alarm_at"):
        check_amount(field, getattr(terms, field))
    if terms.warn_at is None or terms.alarm_at is None:
        return
    is_up = terms.better == Better.UP
    if terms.warn_at < terms.alarm_at if is_up else terms.warn_at > terms.alarm_at:
        raise Invalid("alarm_at", _("The alarm lies beyond the warning, on the bad side of it."))


def _checked_formula(actor: Actor, circle_id: UUID, terms: KpiTerms, kpi: Kpi | None) -> str:
    if not terms.formula.strip():
        return ""
    number = f"{access.get(actor, Circle, circle_id).mark}K-{kpi.number if kpi else 0}"
    beside = formulas_beside(actor, circle_id)
    try:
        formula = parse(terms.formula)
        unknown = [name for name in references(formula) if name not in beside.units]
        if unknown or number in references(formula):
            raise Invalid("formula", _formula_words(unknown, number))
        in_order({**beside.formulas, number: formula})
        check_units(formula, beside.units, unit_of(terms.unit))
    except (FormulaRefused, UnitsDisagree) as refusal:
        raise Invalid("formula", str(refusal)) from None
    return terms.formula.strip()


def _formula_words(unknown: list[str], number: str) -> str:
    if not unknown:
        return _("A KPI is not computed from itself: %(number)s.") % {"number": number}
    words = _("No KPI that everybody here sees has this number: %(numbers)s.")
    return words % {"numbers": ", ".join(unknown)}
