"""
What summaries ask of the tasks below them in MS Project, as constraints of those tasks.

A summary that starts no earlier than a date holds back every task below it. One that is scheduled by hand gives its
start to the tasks below it that wait for nobody.
"""

from collections.abc import Mapping
from datetime import datetime

from consortio.interchange.plan import Constraint, Item, Plan

ASAP = Constraint("asap")


def bound_constraints(plan: Plan) -> Mapping[str, Constraint]:
    """Return the constraints that differ from the items' own, by item id; empty for plans of P6."""
    if plan.mode == "p6":
        return {}
    starts = {project.id: project.start for project in plan.projects}
    waiting = {link.succ for link in plan.links}
    held: dict[str, datetime] = {}  # by summary: what all below it keep to
    begun: dict[str, datetime] = {}  # by summary: where those below it begin that wait for nobody
    found: dict[str, Constraint] = {}
    for item in plan.items:
        bounds = [held.get(item.parent or ""), None if item.id in waiting else begun.get(item.parent or "")]
        bound = max((at for at in bounds if at), default=None)
        if item.is_summary:
            _pass_on(item, held, begun, waiting)
            found[item.id] = ASAP if _holds(item) else item.constraint or ASAP
        elif bound and bound > (starts.get(item.project or "") or plan.start or bound):
            found[item.id] = _with_bound(item.constraint or ASAP, bound)
    return found


def _holds(item: Item) -> bool:
    return item.constraint is not None and item.constraint.kind in ("snet", "mso")


def _pass_on(item: Item, held: dict[str, datetime], begun: dict[str, datetime], waiting: set[str]) -> None:
    """Give to the summary's own children what its parent gave it, and what it adds itself."""
    own = item.constraint.at if item.constraint and _holds(item) else None
    above = held.get(item.parent or "")
    if own or above:
        held[item.id] = max(at for at in (own, above) if at)
    start = item.stored.start if item.manual else begun.get(item.parent or "")
    if start and item.id not in waiting:
        begun[item.id] = start


def _with_bound(constraint: Constraint, bound: datetime) -> Constraint:
    if constraint.kind == "asap":
        return Constraint("snet", bound)
    if constraint.kind == "snet" and constraint.at is not None:
        return Constraint("snet", max(constraint.at, bound))
    return constraint
