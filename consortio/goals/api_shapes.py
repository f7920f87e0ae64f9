"""What the API of goals takes and answers."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from consortio.approvals.api import ProposeIn
from consortio.bodies import KEPT, Body
from consortio.kpis.api_amounts import AmountText as Amount
from consortio.versions import Version

from .actions import ITEMS_MAX, OPINION_MAX
from .looking import TEXT_MAX as WORDS_ASKED_MAX
from .rules import NAME_MAX, TEXT_MAX, WEIGHT_MAX, WORDS_MAX

NO_NUL = r"^[^\x00]*$"
Name = Annotated[str, Field(min_length=1, max_length=NAME_MAX, pattern=NO_NUL)]
Words = Annotated[str, Field(max_length=TEXT_MAX, pattern=NO_NUL)]
Weight = Annotated[int, Field(ge=1, le=WEIGHT_MAX)]
Kind = Literal["measure", "milestone"]
Direction = Literal["up", "down", "band"]
End = Literal["achieved", "missed", "retired"]
State = Literal["", "agreed", "proposed", "draft", "ended"]
Order = Literal["due", "-due", "name", "-name", "number", "-number", "chance", "-chance", "progress", "-progress"]


def text_of(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


class GoalContributionOut(Schema):
    organisation_id: UUID
    words: str
    amount: str | None
    person_id: UUID | None  # of this organisation, accountable for it

    @staticmethod
    def resolve_amount(one: Any) -> str | None:
        return text_of(one.amount)


class GoalTermsOut(Schema):
    """What is said of a goal: what POST takes, and PATCH."""

    name: str
    why: str
    kind: Kind
    kpi_id: UUID | None
    direction: Direction
    begins_with: str | None
    target: str | None
    band_low: str | None
    band_high: str | None
    begins_on: date
    due_on: date
    weight: int
    organisation_id: UUID | None
    person_id: UUID | None
    part_of_id: UUID | None
    contributions: list[GoalContributionOut]


class GoalRangeOut(Schema):
    """Both ends of what is claimed, the same where nothing is contested."""

    low: str
    high: str


class GoalStandingOut(Schema):
    """
    Where a goal stands. `attainment` is how much of the way is done, 0 to 1.2; `health` that against what is expected by
    now. What is not read is null.
    """

    status: str
    actual: GoalRangeOut | None
    as_of: date | None
    expected: str | None
    attainment: GoalRangeOut | None
    health: GoalRangeOut | None
    items_done: int | None
    items: int | None
    finish_on: date | None


class ChanceBriefOut(Schema):
    """`low` and `high` differ where each claim has a chance of its own; `start` to `end` is the interval of both."""

    low: float | None
    high: float | None
    start: float | None
    end: float | None
    method: str
    as_of: date | None
    computed_at: datetime
    is_current: bool


class GoalOpinionOut(Schema):
    organisation_id: UUID
    person: str
    confidence: int
    words: str
    given_at: datetime


class GoalOut(Schema):
    id: UUID
    number: str
    version: int
    circle_id: UUID
    state: str
    agreed_number: int  # the version that holds; 0 before the first
    decided_at: datetime | None
    proposal_id: UUID | None  # the open one about it
    terms: GoalTermsOut
    standing: GoalStandingOut
    chance: ChanceBriefOut | None


class GoalItemOut(Schema):
    id: UUID
    number: str
    name: str
    finish_on: date | None
    finished_on: date | None


class GoalLeadOut(Schema):
    """Who is accountable for an organisation: for the one in charge, and for each that brings something."""

    organisation_id: UUID
    person_id: UUID | None
    person: str
    is_in_charge: bool


class GoalPageOut(Schema):
    goal: GoalOut
    partnership_id: UUID
    leads: list[GoalLeadOut]  # the organisation in charge first
    child_ids: list[UUID]  # as far as I see them
    items: list[GoalItemOut]
    opinions: list[GoalOpinionOut]  # of each organisation the newest, by name
    may_edit: bool
    may_propose: bool


class GoalQuantileOut(Schema):
    """So many percent of the outcomes lie below; one value for each end of what is claimed."""

    percent: int
    low: float
    high: float


class MethodRecordOut(Schema):
    """
    How a method held before: the mean Brier loss of its chances, how often its range held the outcome, and its mean quantile
    loss in the KPI's unit, by which one method is preferred to another.
    """

    method: Literal["method", "naive", "linear"]
    asked: int
    brier: float | None
    inside: int
    of: int
    loss: float | None


class GoalChanceOut(Schema):
    chance: ChanceBriefOut | None
    findings: list[str]
    readings: int
    quantiles: list[GoalQuantileOut]
    records: list[MethodRecordOut]


class GoalVersionOut(Schema):
    number: int
    agreed_at: datetime
    proposal_id: UUID | None
    difference: list["GoalLineOut"]  # against the version before; of the first, every field


class GoalLineOut(Schema):
    """One field in words, before and after."""

    field: str
    before: str
    after: str


class TakenBackOut(Schema):
    """A draft that was taken back; restoring it wants this version."""

    id: UUID
    version: int


class GoalContributionIn(Body):
    organisation_id: UUID
    words: Annotated[str, Field(max_length=WORDS_MAX, pattern=NO_NUL)] = ""
    amount: Amount | None = None
    person_id: Annotated[UUID | None, Field(description="who of this organisation is accountable for it")] = None


Contributions = Annotated[list[GoalContributionIn], Field(max_length=200)]


class GoalIn(Body):
    circle_id: UUID
    name: Name
    begins_on: date
    due_on: date
    why: Words = ""
    kind: Kind = "measure"
    kpi_id: UUID | None = None
    direction: Direction = "up"
    begins_with: Amount | None = None
    target: Amount | None = None
    band_low: Amount | None = None
    band_high: Amount | None = None
    weight: Weight = 1
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    part_of_id: UUID | None = None
    contributions: Contributions = []


class GoalChangesIn(Body):
    """What is left out stands."""

    name: Name = KEPT
    begins_on: date = KEPT
    due_on: date = KEPT
    why: Words = KEPT
    kind: Kind = KEPT
    kpi_id: UUID | None = KEPT
    direction: Direction = KEPT
    begins_with: Amount | None = KEPT
    target: Amount | None = KEPT
    band_low: Amount | None = KEPT
    band_high: Amount | None = KEPT
    weight: Weight = KEPT
    organisation_id: UUID | None = KEPT
    person_id: UUID | None = KEPT
    part_of_id: UUID | None = KEPT
    contributions: Contributions = KEPT


class GoalEditIn(GoalChangesIn):
    version: Version


class GoalProposeIn(ProposeIn):
    """
    The sixth goal of all wants `instead_of`, a goal that goes with the same yes, or `keeps_all`, knowingly. `item_ids` are
    those that a milestone is to wait for; left out, it waits for the same.
    """

    version: Version
    item_ids: Annotated[list[UUID], Field(max_length=ITEMS_MAX)] | None = None
    changes: GoalChangesIn | None = None
    instead_of: UUID | None = None
    keeps_all: bool = False


class GoalEndProposeIn(ProposeIn):
    version: Version
    end: End


class GoalEndIn(Body):
    version: Version
    end: End
    reason: Words = ""


class GoalOpinionIn(Body):
    confidence: Annotated[int, Field(ge=0, le=100, description="percent, that it will be reached")]
    words: Annotated[str, Field(max_length=OPINION_MAX, pattern=NO_NUL)] = ""


class GoalItemsIn(Body):
    """These items, and no others any more."""

    version: Version
    item_ids: Annotated[list[UUID], Field(max_length=ITEMS_MAX)]


class GoalFilters(Schema):
    state: State = ""
    organisation_id: UUID | None = None
    circle_id: UUID | None = None
    text: Annotated[str, Field(max_length=WORDS_ASKED_MAX, pattern=NO_NUL)] = ""
    sort: Order = "due"
