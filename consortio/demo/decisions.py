"""What the three organisations decided in eight months, what one of them refused, and what is still asked."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from consortio.access.models import Kind
from consortio.approvals.actions import answer_proposal
from consortio.decisions.actions import draft_decision, mark_read, name_readers, propose_decision, settle_decision
from consortio.decisions.rules import Draft, Option
from consortio.plans.reads import item_page

from .stage import Stage

Items = Mapping[str, UUID]
BETWEEN_MEETINGS = Draft(
    "Who decides between two meetings of the steering committee?",
    "The committee meets on the first Thursday of the month. A quay that waits for it stands still for up to four weeks.",
    (
        Option("The committee alone", "Nobody is surprised. Whatever comes up waits."),
        Option("The chair, by mail", "Quick, and one organisation decides for three."),
    ),
    0,
    "We know each other for six weeks. Until we do, what costs money is decided in one room.",
)
AFTER_THE_STORM = Draft(
    "Who decides between two meetings of the steering committee?",
    "In the week of the storm a crane stood at Storvik for nine days, because the next meeting was nine days away.",
    (
        Option("The committee alone", "As agreed in the first month."),
        Option(
            "The three leads together", "All three say yes on the same day, and tell the committee at its next meeting."
        ),
    ),
    1,
    "Nine days of a crane cost more than the foundation. Three leads can be reached within an hour.",
)
FOUNDATIONS = Draft(
    "Do the foundations at Storvik go on before the wind study is done?",
    "Gusts of 33 m/s bent the test mast. The arm was designed for 28; what stands below it was not.",
    (
        Option("Foundations go on, no tower is raised", "Four weeks are saved. A new tower must fit the same bolts."),
        Option(
            "Everything waits", "Nothing is done twice. The ramp crew leaves for another quay and comes back in spring."
        ),
    ),
    0,
    "The foundation carries more than any tower needs, whatever the study says.",
)
HIRED = Draft(
    "Is a transformer hired for the trials?",
    "The maker's winding shop has burnt down; ours comes at least four months late.",
    (
        Option(
            "Hire one for six months",
            "The trials begin in time. 140,000 euros for the hire, 30,000 to connect it twice.",
        ),
        Option("Wait for ours", "The trials move behind the winter."),
    ),
    0,
    "Trials in daylight find more than trials in the snow.",
)
DOCK = Draft(
    "How long may Terna stay in the dock?",
    "Frames 41 to 52 behind the fuel tanks are rusted through. Lom is to follow her into the same dock.",
    (
        Option("Twelve more days, Lom waits", "The steel is renewed whole. The diesel ferry sails twelve days longer."),
        Option("Patch it and go on", "Lom enters in time. Terna comes back into the dock within three years."),
    ),
    0,
    "Nobody wants to cut open a battery room in three years.",
)
NIGHTS = Draft(
    "Are Terna's sea trials sailed at night?",
    "By day the quay at Storvik belongs to the timetable: a trial there cancels two crossings.",
    (
        Option(
            "At night, Sunday to Thursday", "No crossing is cancelled. Crews and testers need two weeks of night work."
        ),
        Option("By day, on Saturdays", "No night work. The trials take eleven weeks instead of three."),
    ),
    0,
    "We promised that no crossing is cancelled for it.",
)
AWARD_LETTER = Draft(
    "What do we do if the second ferry starts after the date of the award letter?",
    "A third of the grant hangs on that date. The others know the date, and not what it is worth to us.",
    (
        Option(
            "Ask for three months more now",
            "The office grants what it is asked for early. It then looks at every month.",
        ),
        Option(
            "Wait for the sixth meeting", "Nobody asks questions yet. If it slips, we ask with our backs to the wall."
        ),
    ),
    0,
    "Bad news travels first, to the county as well.",
)
PRICE = Draft(
    "Do we offer phase 2 with one price or with two?",
    "Halvorsund wants to compare us with others quay by quay.",
    (
        Option("One price for both of us", "Nobody can take the towers and leave the yard."),
        Option("Two prices", "Easier to compare, and each of us stands alone."),
    ),
    0,
    "We can only promise dates for what we do together.",
)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody does about a decision."""

    at: datetime
    act: Callable[[Stage, Items, datetime], None]

    def speak(self, stage: Stage, items: Items) -> None:
        self.act(stage, items, self.at)


def deeds(stage: Stage) -> Iterator[Deed]:
    """What happens around joint decisions, step by step."""
    first = partial(_propose, "D between", "ingrid", BETWEEN_MEETINGS, ("charter",))
    yield from _agreed(stage, -33, first, "D between", {"felix": "Fine for the first year.", "tomas": ""})
    wind = partial(_propose, "D wind", "tomas", FOUNDATIONS, ("wind", "stofound", "stotower"))
    said = {"ingrid": "", "felix": "Yes to the wind. Of the bolts we speak once the study is here."}
    yield from _agreed(stage, -19, wind, "D wind", said)
    again = partial(_propose, "D between again", "tomas", AFTER_THE_STORM, ("charter",), old="D between")
    yield from _agreed(
        stage, -17, again, "D between again", {"felix": "", "ingrid": "Then we also answer within the hour."}
    )
    hired = partial(_propose, "D hired", "felix", HIRED, ("trafo",))
    dissent = "object: 170,000 euros are in nobody's budget, and the hired one is tested twice. We would rather wait."
    said = {"tomas": "We can make room for it at Storvik.", "ingrid": dissent}
    yield from _agreed(stage, -12, hired, "D hired", said)
    dock = partial(_propose, "D dock", "tomas", DOCK, ("tersteel", "lomslot"), review=(-1, 4))
    yield from _agreed(stage, -8, dock, "D dock", {"ingrid": "The diesel ferry holds out.", "felix": ""})
    people = ("ingrid", "mette", "per", "henrik", "priya")
    yield Deed(stage.at(-8, 4, 8), partial(_must_know, "D dock", "tomas", people))
    for who, day, hour in (("mette", 4, 9), ("priya", 4, 15)):
        yield Deed(stage.at(-8, day, hour), partial(_read, "D dock", who))
    nights = partial(_propose, "D nights", "tomas", NIGHTS, ("tersea",))
    yield Deed(stage.at(-1, 2, 10), nights)
    yield Deed(stage.at(-1, 2, 15), partial(_answer, "D nights", "felix", "Our testers sleep by day anyway."))


def decide_aside(stage: Stage, items: Items) -> None:
    """What a house and a side circle settled, which the others do not hear of."""
    at = stage.at(-2, 1, 10)
    house = stage.circle("ingrid", Kind.HOUSE)
    _settle(stage, items, "D award", ("ingrid", house, AWARD_LETTER, ("starttwo",)), ("ferries",), at)
    _must_know("D award", "ingrid", ("per", "mette"), stage, items, at + timedelta(hours=1))
    _read("D award", "per", stage, items, at + timedelta(hours=4))
    price = ("felix", stage.ids["offer"], PRICE, ())
    _settle(stage, items, "D price", price, ("voltmere", "brightkeel"), at + timedelta(days=1))
    _must_know("D price", "felix", ("yuna", "tomas"), stage, items, at + timedelta(days=1, hours=1))
    _read("D price", "yuna", stage, items, at + timedelta(days=1, hours=2))


def _agreed(stage: Stage, week: int, first: Callable[..., None], name: str, said: Mapping[str, str]) -> Iterator[Deed]:
    """Somebody proposes on a Tuesday, and the others answer on the days after."""
    yield Deed(stage.at(week, 1, 10), first)
    for nth, (who, words) in enumerate(said.items()):
        yield Deed(stage.at(week, 2, 9 + 3 * nth), partial(_answer, name, who, words))


def _propose(
    name: str,
    who: str,
    draft: Draft,
    about: tuple[str, ...],
    stage: Stage,
    items: Items,
    at: datetime,
    *,
    old: str = "",
    review: tuple[int, int] | None = None,
) -> None:
    over: dict[str, Any] = {"supersedes_id": stage.ids[old]} if old else {}
    if review:
        draft = _with_review(draft, stage, *review)
    made: dict[str, Any] = {"actor": stage.actor(who), "circle_id": stage.ids["joint"], "draft": draft}
    stage.ids[name] = draft_decision(**made, **over, keys=_keys(stage, who, items, about), at=at)
    asked: dict[str, Any] = {"decision_id": stage.ids[name], "version": 1, "days": 14, "reason": draft.reasons}
    stage.ids[f"{name} proposed"] = propose_decision(actor=stage.actor(who), **asked, at=at + timedelta(minutes=30))


def _with_review(draft: Draft, stage: Stage, week: int, day: int) -> Draft:
    return Draft(
        draft.question,
        draft.context,
        draft.options,
        draft.choice,
        draft.reasons,
        review_on=stage.at(week, day).date(),
    )


def _keys(stage: Stage, who: str, items: Items, about: tuple[str, ...]) -> list[str]:
    return [item_page(actor=stage.actor(who), item_id=items[key]).row.number for key in about]


def _answer(name: str, who: str, words: str, stage: Stage, items: Items, at: datetime) -> None:
    verdict, mark, reason = words.partition(": ")
    if not mark or verdict not in ("object", "abstain"):
        verdict, reason = "approve", words
    said: dict[str, Any] = {"proposal_id": stage.ids[f"{name} proposed"], "version": 1, "verdict": verdict}
    answer_proposal(actor=stage.actor(who), **said, reason=reason, at=at)


def _settle(
    stage: Stage,
    items: Items,
    name: str,
    what: tuple[str, UUID, Draft, tuple[str, ...]],
    agreed: tuple[str, ...],
    at: datetime,
) -> None:
    who, circle_id, draft, about = what
    made: dict[str, Any] = {"actor": stage.actor(who), "circle_id": circle_id, "draft": draft}
    stage.ids[name] = draft_decision(**made, keys=_keys(stage, who, items, about), at=at)
    named = [stage.ids[company] for company in agreed]
    own: dict[str, Any] = {"decision_id": stage.ids[name], "version": 1, "organisation_ids": named}
    settle_decision(actor=stage.actor(who), **own, at=at + timedelta(minutes=20))


def _must_know(name: str, who: str, people: tuple[str, ...], stage: Stage, items: Items, at: datetime) -> None:
    named = [stage.ids[one] for one in people]
    name_readers(actor=stage.actor(who), decision_id=stage.ids[name], person_ids=named, at=at)


def _read(name: str, who: str, stage: Stage, items: Items, at: datetime) -> None:
    mark_read(actor=stage.actor(who), decision_id=stage.ids[name], at=at)
