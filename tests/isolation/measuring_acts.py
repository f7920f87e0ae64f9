"""The story of what is measured: KPIs and readings beside Orchard, in Harbour's own house, and in common."""

from datetime import date
from decimal import Decimal
from typing import Any

from consortio import access
from consortio.access import ANY
from consortio.attachments.evidence import bring_evidence
from consortio.kpis.actions import (
    change_kpi,
    claim_many,
    claim_readings,
    define_kpi,
    propose_value,
    retire_kpi,
    take_stance,
    watch_again,
)
from consortio.kpis.claims import Claim
from consortio.kpis.models import Kpi, Reading
from consortio.kpis.terms import KpiTerms
from consortio.kpis.words import number_of

from .agreeing_acts import say
from .chapters import ALONE, BESIDE_ISLAND, after, before, private
from .story import Story


def watch(story: Story, name: str, who: str, circle: str, **more: Any) -> None:
    said = {"name": story.said(name, circle), "definition": story.said(f"what {name} counts", circle)}
    story.do(name, define_kpi, who, circle_id=story.ids[circle], terms=KpiTerms(**said, **more))


def said_of(story: Story, month: int, value: str, circle: str) -> Claim:
    words = {name: story.said(f"{name} of {value}", circle) for name in ("source", "note")}
    return Claim(date(2031, month, 1), date(2031, month + 1, 1), Decimal(value), **words)


def claim(story: Story, kpi: str, who: str, month: int, value: str, circle: str = "coast") -> None:
    """Claim a reading, and remember the one that holds as "kpi in month"."""
    own = {"kpi_id": story.ids[kpi], "claims": [said_of(story, month, value, circle)]}
    story.act(f"{who} reads {kpi} in {month}: {value}", claim_readings, who, **own)
    holds = {"kpi": story.ids[kpi], "start_on": date(2031, month, 1)}
    story.find(f"{kpi} in {month}", Reading, **holds, state__in=["proposed", "confirmed", "contested", "resolved"])


def answer(story: Story, reading: str, who: str, circle: str, *, is_confirming: bool, **more: Any) -> None:
    own = {"reading_id": story.ids[reading], "version": ANY, "is_confirming": is_confirming}
    reason = "" if is_confirming else story.said(f"why {who} contests {reading}", circle)
    story.act(f"{who} answers {reading}: {is_confirming}", take_stance, who, **own, reason=reason, **more)


def settle(story: Story, reading: str, who: str, value: str, circle: str) -> None:
    own = {"reading_id": story.ids[reading], "version": ANY, "value": Decimal(value), "days": 7}
    story.do(f"settling {reading}", propose_value, who, **own, reason=story.said(f"for {value}", circle))


def bring(story: Story, name: str, who: str, subject: str, circle: str) -> None:
    """Add a file to a row as evidence."""
    own = {"circle_id": story.ids[circle], "subject_id": story.ids[subject], "name": f"{story.said(name, circle)}.txt"}
    story.do(name, bring_evidence, who, **own, content=story.said(f"what {name} says", circle).encode())


@before
def first_kpis(story: Story) -> None:
    watch(story, "joint kpi", "ada@Harbour", "coast", is_headline=True, organisation_id=story.ids["Orchard"])
    watch(story, "computed kpi", "bo@Orchard", "coast", formula=own_number(story, "joint kpi"))
    for month, value in ((1, "7"), (3, "38")):
        claim(story, "joint kpi", "ada@Harbour", month, value)
    claim(story, "joint kpi", "ada@Harbour", 2, "38")
    claim(story, "joint kpi", "cy@Island", 2, "37")
    bring(story, "scales", "ada@Harbour", "joint kpi in 3", "coast")


@private("kpis", knowing=BESIDE_ISLAND)
def kpis_beside(story: Story) -> None:
    """Harbour and Island measure things that Orchard does not hear of, and differ about them."""
    for circle in ("offer", "pier"):
        name = f"kpi beside in {circle}"
        watch(story, name, "ada@Harbour", circle, is_headline=True, organisation_id=story.ids["Island"])
        watch(story, f"{name}, computed", "ada@Harbour", circle, formula=own_number(story, name))
        for month, value in ((1, "101"), (2, "102"), (3, "103")):
            claim(story, name, "ada@Harbour", month, value, circle)
        claim(story, name, "ada@Harbour", 1, "111", circle)
        claim(story, name, "cy@Island", 2, "107", circle)
        answer(story, f"{name} in 3", "cy@Island", circle, is_confirming=True)
        answer(story, f"{name} in 1", "cy@Island", circle, is_confirming=False, value=Decimal("109"))
        again = {"kpi_id": story.ids[name], "version": ANY}
        better = {"changes": {"name": story.said(f"{name}, better", circle)}}
        story.act(f"{name} changed", change_kpi, "ada@Harbour", **again, **better)
        gone = {"kpi_id": story.ids[f"{name}, computed"], "version": ANY}
        story.act(f"{name} retired", retire_kpi, "ada@Harbour", **gone)
        story.act(f"{name} watched again", watch_again, "ada@Harbour", **gone)
    settle(story, "kpi beside in pier in 2", "ada@Harbour", "107", "pier")
    bring(story, "scales of the offer", "ada@Harbour", "kpi beside in offer in 3", "offer")
    bring(story, "scales of the offer, contested", "cy@Island", "kpi beside in offer in 2", "offer")


def own_number(story: Story, name: str) -> str:
    """Return a formula that names a KPI of a circle."""
    with access.unscoped("test"):
        return f"[{number_of(Kpi.objects.select_related('circle').get(pk=story.ids[name]))}] * 3"


@private("kpis", knowing=ALONE)
def kpis_at_home(story: Story) -> None:
    """Harbour computes something from what all see, and reads something of its own."""
    watch(
        story,
        "own computed kpi",
        "ada@Harbour",
        "Harbour only",
        formula=own_number(story, "joint kpi"),
        is_headline=True,
    )
    watch(story, "own kpi", "ada@Harbour", "Harbour only", organisation_id=story.ids["Harbour"])
    own = {story.ids["own kpi"]: [said_of(story, month, f"90{month}", "Harbour only") for month in (1, 2)]}
    many = {"joint_id": story.ids["coast"], "claims": own, "file": (story.said("own.csv", "Harbour only"), "0" * 64)}
    story.act("own readings in a table", claim_many, "ada@Harbour", **many)
    story.find("own kpi in 1", Reading, kpi=story.ids["own kpi"], start_on=date(2031, 1, 1))
    bring(story, "own scales", "ada@Harbour", "own kpi in 1", "Harbour only")
    bring(story, "own scales of what all read", "ada@Harbour", "joint kpi in 3", "Harbour only")


@after
def later_kpis(story: Story) -> None:
    watch(story, "later kpi", "bo@Orchard", "coast", organisation_id=story.ids["Harbour"])
    claim(story, "later kpi", "ada@Harbour", 1, "5")
    claim(story, "later kpi", "ada@Harbour", 1, "6")
    claim(story, "later kpi", "bo@Orchard", 1, "4")
    answer(story, "joint kpi in 1", "bo@Orchard", "coast", is_confirming=True)
    settle(story, "later kpi in 1", "bo@Orchard", "4", "coast")
    say(story, "settling later kpi in 1", "ada@Harbour", "cy@Island")
    again = {"kpi_id": story.ids["later kpi"], "version": ANY}
    story.act("later kpi changed", change_kpi, "bo@Orchard", **again, changes={"decimals": 1})
    story.act("later kpi retired", retire_kpi, "bo@Orchard", **again)
    story.act("later kpi watched again", watch_again, "bo@Orchard", **again)
