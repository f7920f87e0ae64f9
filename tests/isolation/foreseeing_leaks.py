"""Places of risks and simulations that mutants weaken: function, expression, what stands in its place, and where it is seen."""

from collections.abc import Mapping
from typing import Any

from consortio.plans import beneath, estimates
from consortio.risks import beneath as risks_beneath
from consortio.risks import reads as risks
from consortio.simulations import reads as simulations

LEAKS: Mapping[str, tuple[Any, ...]] = {
    "risks of all circles": (
        risks.risks_page,
        "access.visible(actor, Risk).filter(plan=plan_id)",
        "_all(Risk).filter(plan=plan_id)",
        "/plans/<plan_id>/risks",
    ),
    "joint simulations of items that fewer see": (
        simulations.asked_for,
        "access.common(actor, model, circle_id)",
        "_all(model).exclude(pk=circle_id)",
        "/plans/<plan_id>/simulation",
    ),
    "joint simulations with what a house thinks by itself": (
        estimates.estimates_in,
        "access.common(actor, model, circle_id).filter(own, item__plan=plan_id, item__withdrawn_at=None)",
        "_all(model).filter(item__plan=plan_id, item__withdrawn_at=None)",
        "/plans/<plan_id>/simulation",
    ),
    "simulations of all circles": (
        simulations._of,
        "access.visible(actor, Simulation).filter(plan=plan_id, circle=circle_id)",
        "_all(Simulation).filter(plan=plan_id)",
        "/plans/<plan_id>/simulation",
    ),
    "simulations of a plan, listed past the gate": (
        simulations.simulations_of,
        "access.visible(actor, Simulation).filter(plan=plan_id)",
        "_all(Simulation).filter(plan=plan_id)",
        "/api/v1/plans/<plan_id>/simulations",
    ),
    "estimates of all circles": (
        estimates.estimates_of,
        "access.visible(actor, Estimate)",
        "_all(Estimate)",
        "/api/v1/plans/<plan_id>/estimates",
    ),
    "a joint simulation is out of date by estimates of all circles": (
        beneath.estimates_beneath,
        'access.visible(actor, Estimate).filter(item__plan=plan_id, circle=OuterRef("wider"))',
        "_anybodys(actor, Estimate).filter(item__plan=plan_id)",
        "/api/v1/plans/<plan_id>/simulations",
    ),
    "a joint simulation is out of date by what a house thinks by itself": (
        beneath.own_estimates_beneath,
        "access.visible(actor, OwnSide).filter(itself, item__plan=plan_id)",
        "_anybodys(actor, OwnSide).filter(item__plan=plan_id)",
        "/api/v1/plans/<plan_id>/simulations",
    ),
    "a joint simulation is out of date by risks of all circles": (
        risks_beneath.risks_beneath,
        'access.visible(actor, Risk).filter(plan=plan_id, state=RiskState.OPEN, circle=OuterRef("wider"))',
        "_anybodys(actor, Risk).filter(plan=plan_id, state=RiskState.OPEN)",
        "/api/v1/plans/<plan_id>/simulations",
    ),
}
