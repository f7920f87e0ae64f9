"""
What the three organisations measure, month by month: who entered it, who confirmed it, and where they count differently.

Eight months are told, the newest being the last one that has ended on the day of the story.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from consortio.access import ANY
from consortio.access.models import Kind
from consortio.attachments.evidence import bring_evidence
from consortio.kpis.actions import claim_readings, define_kpi, propose_value
from consortio.kpis.claims import Claim
from consortio.kpis.one_reading import holding_id
from consortio.kpis.reads import kpi_page
from consortio.kpis.terms import KpiTerms

from .agreements import agree
from .cast import CAST
from .stage import Stage
from .unfolding import BEGINS

MISSING = "-"
KEEPERS = {"ferries": "ingrid", "voltmere": "felix", "brightkeel": "priya"}  # who begins to watch a measure


@dataclass(frozen=True, slots=True)
class Measure:
    """
    A KPI and what was read, the oldest month first; `MISSING` where nobody entered anything.

    `who` enters it for their organisation, `others` confirm it there where they say nothing else.
    """

    who: str
    readings: str
    terms: Mapping[str, Any]
    others: Sequence[str] = ()
    is_at_home: bool = False

    @property
    def name(self) -> str:
        return str(self.terms["name"])


ON_TIME = Measure("mette", "95.1 96.4 93.8 92.6 95.7 96.9 97.4 -", {
    "name": "Crossings on time",
    "unit": "percent", "decimals": 1, "aggregation": "mean", "warn_at": Decimal(96), "alarm_at": Decimal(94),
    "definition": "Crossings that left within three minutes of the timetable, of all that were to sail.",
    "source": "Departure log of the bridge", "is_headline": True,
    "informs": "Whether the relief ferry stays until the second vessel is back.",
}, ("tomas", "henrik"))  # fmt: skip
DIESEL = Measure("mette", "48210 47350 49880 50120 45900 43150 38760 36420", {
    "name": "Diesel burnt",
    "unit": "own:litres", "aggregation": "sum", "better": "down",
    "definition": "Fuel of all vessels on the line, the relief ferry among them.",
    "source": "Bunker notes", "is_headline": True,
    "informs": "How much of the grant for lower emissions may be called.",
}, ("tomas",))  # fmt: skip
CROSSINGS = Measure("mette", "1116 1080 1098 1044 1008 1116 1080 1116", {
    "name": "Crossings sailed",
    "aggregation": "sum",
    "definition": "Crossings with passengers; trips to the yard do not count.",
    "source": "Departure log of the bridge",
}, ("henrik", "tomas"))  # fmt: skip
PER_CROSSING = Measure("mette", "", {
    "name": "Diesel per crossing",
    "unit": "own:litres", "decimals": 1, "better": "down",
    "formula": "[{DIESEL}] / [{CROSSINGS}]", "is_headline": True,
    "definition": "What a crossing takes, whichever vessel sails it.",
    "informs": "Whether the second vessel is rebuilt as the first one is.",
})  # fmt: skip
MODULES = Measure("henrik", "8 16 24 34 40 48 54 62", {
    "name": "Battery modules delivered",
    "unit": "own:modules", "definition": "Modules handed over for both vessels since the beginning.",
    "source": "Delivery notes", "is_headline": True,
    "informs": "When the electricians come to the yard.",
}, ("tomas", "ingrid"))  # fmt: skip
STEEL = Measure("tomas", "0 2.4 6.1 9.8 18.5 24.2 29.6 33.1", {
    "name": "Steel renewed in MF Terna",
    "unit": "own:t", "decimals": 1, "definition": "Plates and frames welded in and passed by the surveyor.",
    "source": "Survey reports of the yard", "is_headline": True,
    "informs": "The day on which the dock is free for MF Lom.",
}, ("ingrid",))  # fmt: skip
QUAYS = Measure("priya", "21400 38900 64250 71800 88300 92150 57600 -", {
    "name": "Cost of the quay works",
    "unit": "money:EUR", "aggregation": "sum", "better": "down", "warn_at": Decimal(90000), "alarm_at": Decimal(110000),
    "definition": "Invoices for both quays, without value added tax, in the month of the work.",
    "source": "Ledger of Brightkeel Delivery", "informs": "Whether the second half of the reserve is asked for.",
}, ("ingrid",))  # fmt: skip
NOISE = Measure("henrik", "64.2 63.8 - 61.9 61.0 60.4 58.7 -", {
    "name": "Noise at Storvik quay",
    "unit": "own:dB", "decimals": 1, "aggregation": "mean", "better": "down", "warn_at": Decimal(62), "alarm_at": Decimal(65),
    "definition": "Mean level by day, 30 metres from the ramp.", "source": "Microphone at the ticket house",
}, ("ingrid",))  # fmt: skip
CELLS = Measure("yuna", "74 70 66 58 49 41 30 22", {
    "name": "Cells in stock",
    "unit": "days", "warn_at": Decimal(45), "alarm_at": Decimal(20),
    "definition": "Days until the first supplier's cells are used up, at the pace of the last four weeks.",
    "source": "Stock list", "informs": "Until when a second supplier must be qualified.",
}, is_at_home=True)  # fmt: skip
MEASURES = (ON_TIME, DIESEL, CROSSINGS, PER_CROSSING, MODULES, STEEL, QUAYS, NOISE, CELLS)

Word = tuple[Measure, int, str, str, str]  # measure, month from the oldest, who, their figure, why
CORRECTED: Word = (STEEL, 4, "tomas", "17.9", "Plate 52 was counted twice.")
SETTLED: Word = (MODULES, 3, "tomas", "30", "Four modules stood on our quay with broken seals and went back.")
CONTESTED: Word = (MODULES, 7, "tomas", "56", "Six are at the carrier. Delivered is what the yard has signed for.")
SETTLED_WITH = "A module counts once the yard has signed for it: thirty."
Proof = tuple[Measure, int, int, str, str, str]  # measure, month, days after it came in, who, the file and what it says
EVIDENCE: tuple[Proof, ...] = (
    (MODULES, 7, 1, MODULES.who, "Delivery notes.csv", "note;modules\n4471;28\n4478;28\n4485;6\n"),
    (MODULES, 7, 1, "tomas", "Goods received, signed.csv", "day;modules;signed by\n12;28;yard\n21;28;yard\n"),
    (STEEL, 4, 9, "tomas", "Plates counted again.txt", "Plate 52 stands on sheet 3 and on sheet 4. It is one plate.\n"),
)


def kpi_ids(stage: Stage) -> Mapping[str, UUID]:
    """Return the ids of the KPIs by their names, once they are watched."""
    return {one.name: stage.ids[one.name] for one in MEASURES}


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody did about a KPI."""

    at: datetime
    do: Callable[[datetime], None]

    def speak(self, stage: Stage, items: Mapping[str, UUID]) -> None:
        self.do(self.at)


def deeds(stage: Stage) -> Iterator[Deed]:
    """Watch what matters to the joint work, and read it for eight months."""
    for nth, one in enumerate(MEASURES):
        yield Deed(stage.at(BEGINS, 3, 14, nth), partial(_watch, stage, one))
    yield from _Readings(stage).deeds()


def _watch(stage: Stage, one: Measure, at: datetime) -> None:
    numbers = {"DIESEL": f"K-{MEASURES.index(DIESEL) + 1}", "CROSSINGS": f"K-{MEASURES.index(CROSSINGS) + 1}"}
    formula = one.terms.get("formula", "").format(**numbers)
    company = CAST[one.who].company
    owner: dict[str, Any] = {"organisation_id": stage.ids[company], "person_id": stage.ids[one.who]}
    terms = KpiTerms(**{**one.terms, "formula": formula}, **({} if formula else owner))
    circle_id = stage.circle(KEEPERS[company], Kind.HOUSE) if one.is_at_home else stage.ids["joint"]
    stage.ids[one.name] = define_kpi(actor=stage.actor(KEEPERS[company]), circle_id=circle_id, terms=terms, at=at)


class _Readings:
    """What is said of the KPIs, month by month."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        newest = (stage.today.replace(day=1) - timedelta(days=1)).replace(day=1)
        self.months = [_months_before(newest, count) for count in range(7, -1, -1)]

    def at(self, month: int, days: int = 0, hour: int = 8) -> datetime:
        """Return an instant some days after a month's readings came in, and never one that lies ahead."""
        day = _months_before(self.months[month], -1) + timedelta(days=3 + days)
        return datetime.combine(min(day, self.stage.today - timedelta(days=1)), time(hour), UTC)

    def deeds(self) -> Iterator[Deed]:
        for one in MEASURES:
            yield from self._entered(one)
            yield from self._confirmed(one)
        yield self._said(CORRECTED, days=9)
        yield self._said(CONTESTED, days=1)
        yield self._said(SETTLED, days=1)
        yield Deed(self.at(SETTLED[1], 3, 9), self._settle)
        for proof in EVIDENCE:
            yield Deed(self.at(proof[1], proof[2], 15), partial(self._prove, proof))

    def _entered(self, one: Measure) -> Iterator[Deed]:
        for month, value in enumerate(one.readings.split()):
            if value != MISSING:
                yield Deed(self.at(month), partial(self._say, one, one.who, {month: value}, ""))

    def _confirmed(self, one: Measure) -> Iterator[Deed]:
        """Let the others look through all but the newest month, some of them in the middle and later again."""
        said = dict(enumerate(one.readings.split()))
        if one is MODULES:
            said[SETTLED[1]] = MISSING
        if one is STEEL:  # later they look at what it was corrected to
            said[CORRECTED[1]] = CORRECTED[3]
        for nth, who in enumerate(one.others):
            for first, last in ((0, 4), (4, 7)):
                seen = {month: said[month] for month in range(first, last) if said[month] != MISSING}
                yield Deed(self.at(last - 1, 4 + nth, 11), partial(self._say, one, who, seen, ""))

    def _said(self, word: Word, days: int) -> Deed:
        one, month, who, value, why = word
        return Deed(self.at(month, days, 13), partial(self._say, one, who, {month: value}, why))

    def _settle(self, at: datetime) -> None:
        one, month, _who, value, _why = SETTLED
        actor = self.stage.actor("ingrid")
        page = kpi_page(actor=actor, kpi_id=self.stage.ids[one.name], today=self.stage.today)
        (reading,) = (row for row in page.readings if row.start_on == self.months[month])
        own: dict[str, Any] = {"reading_id": reading.id, "version": ANY, "value": Decimal(value), "days": 7}
        agree(self.stage, propose_value(actor=actor, **own, reason=SETTLED_WITH, at=at), at + timedelta(hours=1))

    def _prove(self, proof: Proof, at: datetime) -> None:
        one, month, _days, who, name, content = proof
        actor, kpi_id = self.stage.actor(who), self.stage.ids[one.name]
        reading_id = holding_id(actor=actor, kpi_id=kpi_id, start_on=self.months[month])
        own: dict[str, Any] = {"circle_id": self.stage.ids["joint"], "subject_id": reading_id, "name": name}
        bring_evidence(actor=actor, content=content.encode(), at=at, **own)

    def _say(self, one: Measure, who: str, said: Mapping[int, str], note: str, at: datetime) -> None:
        source = one.terms.get("source", "") if who == one.who else ""
        claims = [
            Claim(self.months[month], _months_before(self.months[month], -1), Decimal(value), source=source, note=note)
            for month, value in said.items()
        ]
        claim_readings(actor=self.stage.actor(who), kpi_id=self.stage.ids[one.name], claims=claims, at=at)


def _months_before(month: date, count: int) -> date:
    months = month.year * 12 + month.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)
