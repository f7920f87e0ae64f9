"""
What the three organisations want to reach: what was agreed on, what is asked, what was met, missed and given up.

Goals rest on what is measured, so they are told once the months of readings are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from consortio.access import ANY
from consortio.access.models import Kind
from consortio.approvals.actions import answer_proposal, propose_rule
from consortio.approvals.rules import Terms
from consortio.goals.actions import (
    adopt_goal,
    draft_goal,
    give_opinion,
    link_items,
    propose_end,
    propose_goal,
)
from consortio.goals.chances import compute_chances
from consortio.goals.terms import Contribution, GoalTerms
from consortio.kpis.actions import claim_readings, define_kpi
from consortio.kpis.claims import Claim
from consortio.kpis.terms import KpiTerms

from .agreements import agree
from .cast import CAST
from .measures import CELLS, MODULES, NOISE, ON_TIME, PER_CROSSING, STEEL
from .stage import Stage
from .unfolding import BEGINS

CERTIFIED = "Crew members certified"
LEADS = {"ferries": "ingrid", "voltmere": "felix", "brightkeel": "tomas"}
READ = ("3", "7")  # in the last two months
BRINGS = "three people at the carrier's gate"


@dataclass(frozen=True, slots=True)
class Aimed:
    """
    A goal. `begins` and `due` count months from the oldest one that was read, to the first day after them.

    `said` are its other terms; `brings` what each organisation brings, its amount and words.
    """

    key: str
    who: str
    name: str
    kpi: str
    begins: int
    due: int
    said: Mapping[str, Any]
    brings: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    parent: str = ""


def _way(baseline: str, target: str, **more: Any) -> Mapping[str, Any]:
    ends = (Decimal(baseline), Decimal(target))
    return {"baseline": ends[0], "target": ends[1], "direction": "up" if ends[1] > ends[0] else "down"} | more


TIMELY = Aimed("timely", "ingrid", "97% of crossings leave on time", ON_TIME.name, 0, 12, _way("93.5", "97", weight=3,
    why="Passengers forgive a new ship much, and a missed bus nothing."),
    {"ferries": ("", "the relief ferry through the winter"), "voltmere": ("", "somebody on each quay while towers are new"),
     "brightkeel": ("", "no work on the ramp between six and nine")})  # fmt: skip
DRY = Aimed("dry", "ingrid", "Diesel per crossing falls to 25 litres", PER_CROSSING.name, 0, 13, _way("44", "25", weight=3,
    why="What the county pays for: half of the fuel, on the same timetable."))  # fmt: skip
FILLED = Aimed("filled", "felix", "All battery modules stand in the yard", MODULES.name, 0, 10, _way("0", "80", weight=2),
    {"voltmere": ("80", "modules, tested and sealed"), "brightkeel": ("", BRINGS)})  # fmt: skip
SOUND = Aimed("sound", "tomas", "The hull of MF Terna is sound", STEEL.name, 0, 10, _way("0", "45", weight=2,
    why="Until the steel is passed nothing else goes on board."))  # fmt: skip
CALM = Aimed("calm", "henrik", "Storvik quay is as quiet as the street", NOISE.name, 0, 8, _way("64.5", "60"))
CREWED = Aimed("crewed", "ingrid", "Forty people may sail electric", CERTIFIED, 5, 13, _way("0", "40"), parent="timely")
AGREED = (TIMELY, DRY, FILLED, SOUND, CALM, CREWED)
OPENED = Aimed("opened", "priya", "The line is open for both vessels", "", 0, 14, {"kind": "milestone", "weight": 3})
OPENED_BY = ("licence", "handbook", "starttwo")
EARLY = Aimed("early", "felix", "Thirty modules before the storms", MODULES.name, 0, 3, _way("0", "30"))
THRIFTY = Aimed(
    "thrifty", "ingrid", "Diesel per crossing falls by a tenth", PER_CROSSING.name, 0, 6, _way("44", "39.6")
)
NIGHTLY = Aimed("nightly", "ingrid", "Storvik quay sleeps: 52 dB at most", NOISE.name, 7, 16, _way("58.7", "52"))
STEADY = Aimed("steady", "mette", "Crossings stay on time in the first winter", ON_TIME.name, 8, 14,
    {"direction": "band", "band_low": Decimal(96), "band_high": Decimal(100)})  # fmt: skip
STOCKED = Aimed("stocked", "felix", "Cells for eight weeks lie in our store", CELLS.name, 5, 12, _way("41", "56"))
SECOND = Aimed("second", "felix", "Modules for a second line can be delivered", MODULES.name, 6, 20, _way("54", "200"))
OBJECTION = (
    "Piles are driven until the spring, and a pile is never below 60 dB. We agree once nights without work are meant."
)
OPINIONS = (
    ("sound", "tomas", 75, "Plate 60 is the last bad one. The surveyor comes every second week."),
    ("sound", "ingrid", 50, "The dock is promised from the first of the month; a week of frost and it is not."),
    ("filled", "henrik", 60, "The first supplier is slow, the second one begins in three weeks."),
    ("timely", "mette", 85, "We have kept it for three months with the old vessel."),
)


def want(stage: Stage, items: Mapping[str, UUID]) -> Mapping[str, UUID]:
    """Agree on goals, put one to the others, keep some to fewer people, compute how likely they are; by key."""
    wanting = _Wanting(stage, items)
    wanting.certify()
    wanting.agree_on(AGREED)
    wanting.open_the_line()
    wanting.look_back()
    wanting.change_the_hull()
    wanting.ask()
    wanting.keep_beside()
    wanting.say_how_sure()
    for pk in wanting.goals.values():
        compute_chances(kpi_id=None, goal_id=pk, at=stage.at(0, 0, 6))
    return wanting.goals


class _Wanting:
    """Ids of goals by their keys; an hour passes with each step."""

    def __init__(self, stage: Stage, items: Mapping[str, UUID]) -> None:
        self.stage, self.items = stage, items
        self.goals: dict[str, UUID] = {}
        first = stage.today.replace(day=1)
        self.first = _month(first, -8)
        self.now = stage.at(BEGINS, 4, 8)

    def at(self, hours: int = 1) -> datetime:
        self.now += timedelta(hours=hours)
        return self.now

    def certify(self) -> None:
        """Begin to count the people who may sail; two months were read."""
        own: dict[str, Any] = {"unit": "own:people", "organisation_id": self.stage.ids["ferries"]}
        terms = KpiTerms(
            name=CERTIFIED,
            definition="With the certificate for high voltage.",
            person_id=self.stage.ids["mette"],
            **own,
        )
        actor = self.stage.actor("ingrid")
        made = define_kpi(actor=actor, circle_id=self.stage.ids["joint"], terms=terms, at=self.stage.at(-8, 1))
        self.stage.ids[CERTIFIED] = made
        months = [(_month(self.first, nth), _month(self.first, nth + 1)) for nth in (6, 7)]
        claims = [Claim(*month, Decimal(value)) for month, value in zip(months, READ, strict=True)]
        at = datetime.combine(self.stage.today - timedelta(days=1), time(7), UTC)
        claim_readings(actor=self.stage.actor("mette"), kpi_id=made, claims=claims, at=at)

    def draft(self, one: Aimed, circle_id: UUID, **more: Any) -> UUID:
        brings = tuple(
            Contribution(
                organisation_id=self.stage.ids[company],
                words=words,
                amount=Decimal(amount) if amount else None,
                person_id=self.stage.ids[LEADS[company]],
            )
            for company, (amount, words) in one.brings.items()
        )
        own: dict[str, Any] = {"organisation_id": self.stage.ids[CAST[one.who].company], "contributions": brings}
        own |= {"person_id": self.stage.ids[one.who], "kpi_id": self.stage.ids.get(one.kpi)}
        days = {"start_on": _month(self.first, one.begins), "due_on": _month(self.first, one.due) - timedelta(days=1)}
        own |= {"parent_id": self.goals.get(one.parent)} | days | dict(one.said) | more
        writer = self.stage.actor(_writer(one.who))
        terms = GoalTerms(name=one.name, **own)
        self.goals[one.key] = draft_goal(actor=writer, circle_id=circle_id, terms=terms, at=self.at())
        return self.goals[one.key]

    def put(self, one: Aimed, reason: str = "", **more: Any) -> UUID:
        asked: dict[str, Any] = {"goal_id": self.goals[one.key], "version": ANY, "days": 14, "reason": reason}
        return propose_goal(actor=self.stage.actor(_writer(one.who)), **asked, **more, at=self.at())

    def agree_on(self, goals: Sequence[Aimed]) -> None:
        for one in goals:
            self.draft(one, self.stage.ids["joint"])
            agree(self.stage, self.put(one, keeps_all=True), self.at())

    def open_the_line(self) -> None:
        """Agree on a goal that waits for items of the plan; it is one more than five, knowingly."""
        goal = self.draft(OPENED, self.stage.ids["joint"])
        found = [self.items[key] for key in OPENED_BY]
        link_items(actor=self.stage.actor("priya"), goal_id=goal, version=ANY, item_ids=found, at=self.at())
        agree(self.stage, self.put(OPENED, "All the others are means; this is the end.", keeps_all=True), self.at())

    def look_back(self) -> None:
        """Say of earlier goals how they ended: one was missed, one given up for a better one."""
        for one in (EARLY, THRIFTY):
            self.draft(one, self.stage.ids["joint"])
            agree(self.stage, self.put(one, keeps_all=True), self.at())
        self.now = self.stage.at(-12, 2, 8)
        for one, end, why in (
            (EARLY, "missed", "Twenty-four stood there when the storms began."),
            (THRIFTY, "retired", "A tenth is what the new propellers give by themselves. We want 25 litres."),
        ):
            asked: dict[str, Any] = {
                "goal_id": self.goals[one.key],
                "version": ANY,
                "end": end,
                "days": 7,
                "reason": why,
            }
            agree(self.stage, propose_end(actor=self.stage.actor("ingrid"), **asked, at=self.at()), self.at())

    def change_the_hull(self) -> None:
        """More of the hull was rusted than anybody knew: all agree to another version."""
        self.now = self.stage.at(-9, 2, 8)
        due_on = _month(self.first, 11) - timedelta(days=1)
        changes = {"target": Decimal(52), "due_on": due_on}
        why = "Frames 41 to 52 were not known when we agreed: seven tonnes and a month more."
        agree(self.stage, self.put(SOUND, why, changes=changes), self.at(5))

    def ask(self) -> None:
        """Two of three decide on goals from now on, once all were asked. One is objected to; another is a draft."""
        self.now = self.stage.at(-2, 1, 9)
        own: dict[str, Any] = {"actor": self.stage.actor("ingrid"), "joint_id": self.stage.ids["joint"], "version": 1}
        rule: dict[str, Any] = {"kind": "goal", "terms": Terms("majority", quorum=100)}
        reason = "A goal of one of us should be heard by all, and stopped by two."
        agree(self.stage, propose_rule(**own, **rule, days=7, reason=reason, at=self.at()), self.at())
        self.now = self.stage.at(-1, 1, 9)
        self.draft(NIGHTLY, self.stage.ids["joint"])
        proposal = self.put(NIGHTLY, "People at Storvik sleep with open windows in the summer.", keeps_all=True)
        said: dict[str, Any] = {"proposal_id": proposal, "version": 1, "verdict": "object", "reason": OBJECTION}
        answer_proposal(actor=self.stage.actor("tomas"), **said, at=self.at(4))
        self.draft(STEADY, self.stage.ids["joint"])

    def keep_beside(self) -> None:
        """Voltmere wants something in its own house, and something with Brightkeel."""
        for one, circle_id in ((STOCKED, self.stage.circle("felix", Kind.HOUSE)), (SECOND, self.stage.ids["offer"])):
            goal = self.draft(one, circle_id)
            adopt_goal(actor=self.stage.actor("felix"), goal_id=goal, version=ANY, at=self.at())

    def say_how_sure(self) -> None:
        for key, who, confidence, words in OPINIONS:
            said: dict[str, Any] = {"goal_id": self.goals[key], "confidence": confidence, "words": words}
            give_opinion(actor=self.stage.actor(who), **said, at=self.at())


def _writer(who: str) -> str:
    """Return who writes a goal down: whoever is accountable, or the lead of their organisation."""
    return who if CAST[who].role in ("lead", "project manager") else LEADS[CAST[who].company]


def _month(first: date, count: int) -> date:
    """Return the first day of the month so many months later."""
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)
