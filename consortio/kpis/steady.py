"""What a KPI means stays once others have spoken by it: nobody redefines alone what they said or agreed on."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from consortio import access
from consortio.access import Actor, Invalid, Refused
from consortio.access.models import Circle
from consortio.ui.formats import listing

from .formula_units import check_units
from .formulas import references
from .measuring import formulas_beside, resting_among
from .models import Kpi, Reading, Stance
from .units import UnitsDisagree, unit_of
from .uses import agreed_by, asked_by

CALENDAR = ("frequency", "fiscal_start")
MEANING = ("definition", "formula", "unit", "aggregation")


class AgreedBy(Refused):
    """What the members agreed to be measured by, or are asked to, is watched as long as the goal holds."""


def check_steady(actor: Actor, kpi: Kpi, changed: Collection[str], unit: str) -> None:
    """
    Look whether fields of a KPI may still change. `unit` is the one that it is to have.

    Raises:
        Invalid: a field, by name, and what to do instead.
    """
    _check_readings(actor, kpi, changed)
    meant = [field for field in MEANING if field in changed]
    if meant:
        _check_agreed(actor, kpi, meant[0])
    if "unit" in changed:
        _check_computed_from(actor, kpi, unit)


def _check_agreed(actor: Actor, kpi: Kpi, field: str) -> None:
    resting = _resting_on(actor, kpi)
    if goals := agreed_by(actor, resting):
        words = _(
            "The members agreed on %(goals)s by this measure, so nobody changes alone what it means: define another KPI, "
            "and propose the goal by that one."
        )
        raise Invalid(field, words % {"goals": listing(goals)})
    if goals := asked_by(actor, resting):
        words = _(
            "The members are asked about %(goals)s by this measure, so it means what it meant until they have answered: "
            "take the proposal back first, or define another KPI."
        )
        raise Invalid(field, words % {"goals": listing(goals)})


def _check_readings(actor: Actor, kpi: Kpi, changed: Collection[str]) -> None:
    of_calendar = [field for field in CALENDAR if field in changed]
    readings = access.visible(actor, Reading).filter(kpi=kpi)
    if of_calendar and readings.exists():
        raise Invalid(
            of_calendar[0], _("It has readings, each of its own period: define another KPI for other periods.")
        )
    if "formula" in changed and not kpi.formula and readings.exists():
        raise Invalid("formula", _("It has readings that were entered: define another KPI that is computed."))
    if "unit" in changed and _others_spoke(actor, kpi):
        raise Invalid("unit", _("Other organisations said figures in this unit: define another KPI for another unit."))


def _others_spoke(actor: Actor, kpi: Kpi) -> bool:
    claims = access.visible(actor, Reading).filter(kpi=kpi).exclude(organisation=actor.organisation_id)
    said = access.visible(actor, Stance).filter(reading__kpi=kpi).exclude(organisation=actor.organisation_id)
    return bool(claims.exists() or said.exists())


def require_not_agreed(actor: Actor, kpi: Kpi) -> None:
    """Raises: AgreedBy."""
    resting = _resting_on(actor, kpi)
    if goals := agreed_by(actor, resting):
        words = _("The members agreed on %(goals)s by this measure: it is watched until that ends.")
        raise AgreedBy(words % {"goals": listing(goals)})
    if goals := asked_by(actor, resting):
        words = _("The members are asked about %(goals)s by this measure: it is watched until they have answered.")
        raise AgreedBy(words % {"goals": listing(goals)})


def _resting_on(actor: Actor, kpi: Kpi) -> set[UUID]:
    """Return a KPI and all of its circle that are computed from it, by whatever way."""
    beside = access.visible(actor, Kpi).filter(circle=kpi.circle_id).exclude(formula="").select_related("circle")
    return resting_among(kpi.pk, _number_of(actor, kpi), beside)


def _number_of(actor: Actor, kpi: Kpi) -> str:
    return f"{access.get(actor, Circle, kpi.circle_id).mark}K-{kpi.number}"


def _check_computed_from(actor: Actor, kpi: Kpi, unit: str) -> None:
    """Look whether what is computed from a KPI would still come out in the units that were declared."""
    beside, own = formulas_beside(actor, kpi.circle_id), _number_of(actor, kpi)
    units = {**beside.units, own: unit_of(unit)}
    for number, formula in beside.formulas.items():
        if number == own or own not in references(formula):
            continue
        try:
            check_units(formula, units, units[number])
        except UnitsDisagree as refusal:
            words = _("%(kpi)s is computed from it: %(refusal)s")
            raise Invalid("unit", words % {"kpi": number, "refusal": refusal}) from None
