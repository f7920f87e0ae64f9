"""Costs and earned value by API: the same as the pages show and do. Mounted beside plans."""

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Router, Schema
from pydantic import Field

from consortio.access import Invalid, NotVisible
from consortio.bodies import KEPT, Body
from consortio.plans.api import LocalOut
from consortio.versions import Version

from . import actions, reads
from .engine import NOBODY, Sums
from .forms import amount_fault
from .rules import NotACurrency, NotAnAmount, known_currency, minor_of, plain_amount

router = Router(tags=["Plans"])
View = Literal["joint", "house"]
Amount = Annotated[str, Field(max_length=30, pattern=r"^-?[0-9]{1,14}(\.[0-9]{1,6})?$")]
Currency = Annotated[str, Field(max_length=3, pattern=r"^([A-Z]{3})?$")]


class FiguresOut(Schema):
    """
    Amounts are exact decimals, as text. What rests on a cost that nobody has said is null; `missing` says of how many items.

    `estimate` is the cost when all is done, at the rate so far.
    """

    budget: str
    planned: str
    earned: str
    actual: str | None
    actual_known: str
    items: int
    missing: int
    cost_variance: str | None
    schedule_variance: str
    cost_index: float | None
    schedule_index: float | None
    estimate: str | None


class OfOrganisationOut(Schema):
    """Without an organisation: of what nobody is in charge of."""

    organisation_id: UUID | None
    figures: FiguresOut


class OfPhaseOut(Schema):
    item_id: UUID
    name: str
    figures: FiguresOut


class OfItemOut(Schema):
    item_id: UUID
    number: str
    name: str
    organisation_id: UUID | None
    payer_id: UUID | None
    rule: str
    figures: FiguresOut


class EarnedScheduleOut(Schema):
    """In days from the first planned day: how many have passed, and how far the work is in the plan."""

    passed: float
    earned: float
    planned: float
    index: float | None
    estimate: float | None
    finish_at: LocalOut | None


class CurvePointOut(Schema):
    at: LocalOut
    planned: str
    earned: str | None
    actual: str | None


class CurrencyOut(Schema):
    currency: str
    joint: FiguresOut
    earning: list[OfOrganisationOut]
    paying: list[OfOrganisationOut]
    phases: list[OfPhaseOut]
    items: list[OfItemOut]
    schedule: EarnedScheduleOut | None
    curve: list[CurvePointOut]
    undated: int
    method: str
    engine: str
    fingerprint: str


class EarnedValueOut(Schema):
    """`until` is the data date, else the end of today; dates are of the newest baseline where it holds an item."""

    view: str
    until: LocalOut
    baseline_id: UUID | None
    from_baseline: int
    currencies: list[CurrencyOut]


class CostIn(Body):
    """
    What is left out stands; null takes an amount away. Without a version: nothing was there before.

    Whoever answers for an item and may not change the plan says `actual` alone.
    """

    version: Version | None = None
    currency: Currency = KEPT
    budget: Amount | None = KEPT
    actual: Amount | None = KEPT
    payer_id: UUID | None = KEPT
    rule: Literal["", "percent", "0/100", "50/50"] = KEPT


class CostOut(Schema):
    """`circle_id` is where it is said: the item's own, or our house."""

    version: int | None
    circle_id: UUID
    currency: str
    budget: str | None
    actual: str | None
    payer_id: UUID | None
    rule: str


@router.get("/{uuid:plan_id}/earned-value", response=EarnedValueOut, summary="What was planned, earned and spent")
def earned_value(request: HttpRequest, plan_id: UUID, view: View = "joint") -> Any:
    """In view "house" with what our house says of costs, dates and items; each currency by itself."""
    page = reads.value_page(actor=request.actor, plan_id=plan_id, at=now(), in_house=view == "house")
    return {
        "view": view,
        "until": page.until,
        "baseline_id": page.baseline.id if page.baseline else None,
        "from_baseline": page.from_baseline,
        "currencies": [_currency(section) for section in page.sections],
    }


def _currency(section: reads.Section) -> dict[str, Any]:
    code = section.currency
    return {
        "currency": code,
        "joint": _figures(section.all, code),
        "earning": [_of(line, code) for line in section.earning],
        "paying": [_of(line, code) for line in section.paying],
        "phases": [
            {"item_id": line.key, "name": line.name, "figures": _figures(line.sums, code)} for line in section.phases
        ],
        "items": [
            {
                "item_id": line.item.id,
                "number": line.item.number,
                "name": line.item.name,
                "organisation_id": line.earner and line.earner.organisation_id,
                "payer_id": line.payer and line.payer.organisation_id,
                "rule": line.rule,
                "figures": _figures(line.sums, code),
            }
            for line in section.lines
        ],
        "schedule": section.late,
        "curve": [
            {"at": point.at} | {name: _plain(getattr(point, name), code) for name in ("planned", "earned", "actual")}
            for point in section.curve
        ],
        **{name: getattr(section, name) for name in ("undated", "method", "engine", "fingerprint")},
    }


def _of(line: reads.Line, currency: str) -> dict[str, Any]:
    return {
        "organisation_id": None if line.key == NOBODY else line.key,
        "figures": _figures(line.sums, currency),
    }


def _figures(sums: Sums, currency: str) -> dict[str, Any]:
    amounts = (
        "budget", "planned", "earned", "actual", "actual_known", "cost_variance", "schedule_variance", "estimate",
    )  # fmt: skip
    plain = {name: _plain(getattr(sums, name), currency) for name in amounts}
    return plain | {name: getattr(sums, name) for name in ("items", "missing", "cost_index", "schedule_index")}


def _plain(minor: int | None, currency: str) -> str | None:
    return plain_amount(minor, currency) or None


@router.get("/items/{uuid:item_id}/cost", response=CostOut, summary="What an item costs, to all or in our house")
def cost(request: HttpRequest, item_id: UUID, view: View = "joint") -> Any:
    return _cost(request, item_id, view)


@router.put("/items/{uuid:item_id}/cost", response=CostOut, summary="Say what an item costs, to all or in our house")
def write_cost(request: HttpRequest, item_id: UUID, body: CostIn, view: View = "joint") -> Any:
    row = _row(request, item_id, view)
    said = body.dict(exclude_unset=True)
    version = said.pop("version", None)
    terms = actions.Terms(**_minor(said, row.currency))
    asked = {"item_id": item_id, "circle_id": row.circle_id, "version": version}
    actions.write_cost(actor=request.actor, terms=terms, at=now(), **asked)
    return _cost(request, item_id, view)


def _minor(said: dict[str, Any], currency: str) -> dict[str, Any]:
    """Return amounts in minor units of the currency that is said, or that stands."""
    try:
        code = known_currency(said.get("currency", currency))
    except NotACurrency:
        return said | {"budget": None, "actual": None}  # the action refuses the currency
    made = dict(said)
    for name in ("budget", "actual"):
        if said.get(name) is not None:
            try:
                made[name] = minor_of(Decimal(said[name]), code)
            except NotAnAmount:
                raise Invalid(name, amount_fault()) from None
    return made


def _row(request: HttpRequest, item_id: UUID, view: str) -> reads.CostRow:
    page = reads.cost_page(actor=request.actor, item_id=item_id)
    row = page.ours if view == "house" else page.joint
    if row is None:
        raise NotVisible
    return row


def _cost(request: HttpRequest, item_id: UUID, view: str) -> dict[str, Any]:
    row = _row(request, item_id, view)
    amounts = {name: _plain(getattr(row, name), row.currency) for name in ("budget", "actual")}
    return amounts | {name: getattr(row, name) for name in ("version", "circle_id", "currency", "payer_id", "rule")}
