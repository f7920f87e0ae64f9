"""Milestones against the baseline on one axis, in SVG units: where each stands, and where its words have room."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from consortio.plans.gantt import slip_words
from consortio.plans.glance import Fact
from consortio.simulations.outcomes import Outcome
from consortio.simulations.shown import share_of
from consortio.ui.charts.chance import Share
from consortio.ui.formats import day, month

WIDTH, MARGIN = 968, 14
AXIS = 98
LETTER = 6.5  # px of one letter, on the broad side
GAP = 18.0
NAME_MAX = 34
STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120, 240, 600, 1200)  # months from one word to the next
WORD = 84.0  # px that "Sept 2026" needs, with room
FLAG = 37.0  # half of the flag that says today


@dataclass(frozen=True, slots=True)
class Place:
    """Where words can stand: the name's line, the date's below it (0: behind the name), and where a leader begins."""

    name_y: float
    date_y: float
    leader: tuple[float, float] | None


PLACES = (
    Place(62, 77, None),
    Place(130, 0, (107, 118)),
    Place(28, 43, (48, 86)),
    Place(148, 0, (107, 136)),
)


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    anchor: str
    place: Place


@dataclass(frozen=True, slots=True)
class Stone:
    fact: Fact
    x: float
    ghost: float | None  # where the baseline had it, if that was elsewhere
    house: float | None
    span: tuple[float, float] | None  # from one of ten trials to nine of ten
    name: str
    note: str  # the date, and how far it has moved
    label: Label | None  # none: there is no room, the table says it


@dataclass(frozen=True, slots=True)
class Course:
    stones: tuple[Stone, ...]
    today: float
    ticks: tuple[tuple[float, str], ...]  # first days of months, with words where they have room


@dataclass(frozen=True, slots=True)
class Chances:
    """
    What the newest simulation says of a plan: its end, and each milestone's days and chance of what was agreed.

    `reached` are those that are ahead, by item.
    """

    computed_at: datetime
    fourfifths: datetime
    agreed: Share | None
    reached: Mapping[UUID, tuple[datetime, datetime, Share | None]]


def chances_of(simulated: Outcome | None) -> Chances | None:
    if simulated is None:
        return None
    reached = {
        one.item_id: (one.p10, one.p90, share_of(one.chance) if one.chance else None) for one in simulated.milestones
    }
    agreed = share_of(simulated.agreed_chance) if simulated.agreed_chance else None
    return Chances(simulated.computed_at, simulated.finish[80], agreed, reached)


def course_of(stones: Sequence[Fact], today: date, simulated: Outcome | None = None) -> Course:
    """Return the course of some milestones, in the order of time; each has a date."""
    reached = simulated.by_item if simulated else {}
    spans = {one.id: (reached[one.id].p10, reached[one.id].p90) for one in stones if one.id in reached}
    days = [at.date() for one in stones for at in (one.finish_at, one.agreed_at, one.house_finish_at) if at]
    days += [at.date() for span in spans.values() for at in span]
    axis = _Axis(min([*days, today]).replace(day=1), max([*days, today]) + timedelta(days=20))
    room = _Room(axis.x(today))
    labels: dict[int, Label | None] = {}
    for nth in sorted(range(len(stones)), key=lambda nth: (not _matters(stones, nth), nth)):
        one = stones[nth]
        labels[nth] = room.label(axis.x(one.finish_at), _short(one.name), _note(one, today))  # type: ignore[arg-type]
    made = tuple(_stone(axis, one, today, labels[nth], spans.get(one.id)) for nth, one in enumerate(stones))
    return Course(made, axis.x(today), tuple(axis.ticks()))


def _matters(stones: Sequence[Fact], nth: int) -> bool:
    """Tell whether this one is said before the others: the next one and the last."""
    following = next((at for at, one in enumerate(stones) if not one.is_done), -1)
    return nth in (following, len(stones) - 1)


def _short(name: str) -> str:
    return name if len(name) <= NAME_MAX else name[: NAME_MAX - 1].rstrip() + "…"


def _note(one: Fact, today: date) -> str:
    moved = slip_words(one.agreed_at, one.finish_at)
    return f"{day(one.finish_at, today)}, {moved}" if moved else day(one.finish_at, today)


def _stone(axis: "_Axis", one: Fact, today: date, label: Label | None, span: tuple[datetime, datetime] | None) -> Stone:
    assert one.finish_at
    return Stone(
        fact=one,
        x=axis.x(one.finish_at),
        ghost=axis.x(one.agreed_at) if one.agreed_at and one.days_moved else None,
        house=axis.x(one.house_finish_at) if one.house_finish_at else None,
        span=(axis.x(span[0]), axis.x(span[1])) if span else None,
        name=_short(one.name),
        note=_note(one, today),
        label=label,
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    since: date
    until: date

    def x(self, at: date) -> float:
        on = at.date() if isinstance(at, datetime) else at
        share = (on - self.since).days / max((self.until - self.since).days, 1)
        return round(MARGIN + (WIDTH - 2 * MARGIN) * share, 1)

    def ticks(self) -> Iterator[tuple[float, str]]:
        months = max((self.until - self.since).days / 30.44, 1)
        step = next(step for step in STEPS if step == STEPS[-1] or WIDTH / (months / step) >= WORD)
        every = max(step // 12, 1)  # on an axis of decades, not each month has a tick
        count = self.since.year * 12 + self.since.month - 1
        for nth in range(0, int(months) + 1, every):
            first = date((count + nth) // 12, (count + nth) % 12 + 1, 1)
            if first <= self.until:
                has_room = nth % step == 0 and self.x(first) < WIDTH - WORD / 2
                yield self.x(first), month(first) if has_room else ""


class _Room:
    """What is taken in each of the places: words keep clear of each other, of today's line and of all leaders."""

    def __init__(self, today: float) -> None:
        self.taken: list[list[tuple[float, float]]] = [[] for _ in PLACES]
        self.taken[0].append((today, today))
        self.taken[2].append((today - FLAG, today + FLAG))

    def label(self, x: float, name: str, note: str) -> Label | None:
        for nth, place in enumerate(PLACES):
            long = len(name) + len(note) + 2 if not place.date_y else max(len(name), len(note))
            width = long * LETTER
            left = min(max(x - width / 2, 0), WIDTH - width)
            nearer = self.taken[nth - 2] if nth >= 2 else []  # on the same side, between the words and the axis
            if self._is_free(nth, left, left + width) and all(not since < x < to for since, to in nearer):
                self.taken[nth].append((left, left + width))
                if nth >= 2:
                    nearer.append((x, x))
                return _label(x, left, width, place)
        return None

    def _is_free(self, nth: int, left: float, right: float) -> bool:
        return all(left - GAP >= to or right + GAP <= since for since, to in self.taken[nth])


def _label(x: float, left: float, width: float, place: Place) -> Label:
    if left == 0:
        return Label(max(x - 7, 0), "start", place)
    if left + width == WIDTH:
        return Label(min(x + 7, WIDTH), "end", place)
    return Label(x, "middle", place)
