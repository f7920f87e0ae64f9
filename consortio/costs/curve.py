"""The three lines of earned value as a picture: geometry for a wide and a narrow page, and the words of its axes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from consortio.ui.charts.plane import Axis, line, px, steps_between
from consortio.ui.formats import compact, day, month

from .engine import Late, Point
from .reads import Section
from .rules import amount_of
from .words import money_words

SIZES = {"wide": (760.0, 300.0, 76.0, 128.0), "narrow": (344.0, 260.0, 60.0, 14.0)}  # width, height, left, right
TOP, FOOT = 26.0, 30.0
STEPS_MOST = 5
LABEL_ROOM = 32.0  # px between two words at the end of lines
TICK_ROOM = 80.0
MONTHS_FROM = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Said:
    x: float
    y: float
    words: str
    figure: str


@dataclass(frozen=True, slots=True)
class Picture:
    size: str
    width: float
    height: float
    left: float
    right: float
    foot: float
    steps: tuple[tuple[float, str], ...]  # of money
    days: tuple[tuple[float, str], ...]
    planned: str
    earned: str
    actual: str
    until_x: float
    schedule: str  # from what is earned now back, or on, to where the plan had it; "" where that is the same day
    labels: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    title: str
    description: str
    pictures: tuple[Picture, ...]


def curve_of(section: Section, until: datetime, until_on: date) -> Curve:
    """Return the picture of a section, with the finding that it shows; `until_on` is the last day that counts."""
    own = section.all
    said = {
        "day": day(until_on),
        "planned": money_words(own.planned, section.currency),
        "earned": money_words(own.earned, section.currency),
        "spent": money_words(own.actual_known, section.currency),
    }
    text = _("Up to %(day)s %(planned)s were planned, %(earned)s earned and %(spent)s spent.") % said
    return Curve(_("Planned, earned and spent"), text, tuple(_Frame(section, until, size).picture() for size in SIZES))


class _Frame:
    def __init__(self, section: Section, until: datetime, size: str) -> None:
        self.section, self.until, self.size = section, until, size
        self.width, self.height, self.left, margin = SIZES[size]
        self.foot, self.right = self.height - FOOT, self.width - margin
        self.first, self.last = section.start_at, max(point.at for point in section.curve)
        self.across = Axis(0, (self.last - self.first) / timedelta(days=1), self.left, self.right)
        most = max(max(point.planned, point.earned or 0, point.actual or 0) for point in section.curve)
        self.steps = steps_between(0, float(amount_of(max(most, 1), section.currency)), STEPS_MOST)
        self.up = Axis(0, float(self.steps[-1]), self.foot, TOP)

    def picture(self) -> Picture:
        back = self._planned_for()
        y = self._y(self.section.all.earned)
        return Picture(
            size=self.size,
            width=self.width,
            height=self.height,
            left=self.left,
            right=self.right,
            foot=self.foot,
            steps=tuple((self.up.at(step), self._money(float(step))) for step in self.steps),
            days=tuple(self._days()),
            planned=self._line("planned"),
            earned=self._line("earned"),
            actual=self._line("actual"),
            until_x=min(self._x(self.until), self.right),
            schedule=f"M{self._x(back)} {y}H{self._x(self.until)}M{self._x(back)} {y}V{self.foot}" if back else "",
            labels=tuple(self._labels()) if self.size == "wide" else (),
        )

    def _x(self, at: datetime) -> float:
        return self.across.at((at - self.first) / timedelta(days=1))

    def _y(self, minor: int) -> float:
        return min(self.up.at(amount_of(minor, self.section.currency)), self.foot)

    def _line(self, name: str) -> str:
        values = [(point.at, getattr(point, name)) for point in self.section.curve]
        begins = (self._x(self.first), self.foot)
        return line([begins, *((self._x(at), self._y(minor)) for at, minor in values if minor is not None)])

    def _planned_for(self) -> datetime | None:
        """Return the day on which the plan was to have earned what is earned now, if it is another one."""
        late: Late | None = self.section.late
        if late is None or self.until < self.first:
            return None
        at: datetime = self.first + timedelta(days=late.earned)
        return at if abs(at - self.until) >= timedelta(days=1) else None

    def _money(self, amount: float) -> str:
        return compact(amount, self.section.currency)

    def _days(self) -> list[tuple[float, str]]:
        most = max(int((self.right - self.left) // TICK_ROOM), 1)
        ticks = [self.first + (self.last - self.first) / most * number for number in range(most + 1)]
        has_months = self.last - self.first > MONTHS_FROM
        return [(self._x(at), month(at) if has_months else day(at, self.first.date())) for at in ticks]

    def _labels(self) -> list[Said]:
        """Return the words at the ends of the lines, with room between them."""
        names = {"planned": _("planned"), "earned": _("earned"), "actual": _("spent")}
        ends = [(getattr(_newest(self.section.curve, name), name), words) for name, words in names.items()]
        placed: list[Said] = []
        y = TOP - LABEL_ROOM
        for minor, words in sorted(ends, key=lambda one: -one[0]):
            y = px(max(y + LABEL_ROOM, self._y(minor)))
            placed.append(Said(px(self.right + 8), y, words, money_words(minor, self.section.currency)))
        over = max(placed[-1].y + 14 - self.foot, 0)  # moved up together, if the lowest would leave the picture
        return [Said(one.x, px(one.y - over), one.words, one.figure) for one in placed]


def _newest(curve: tuple[Point, ...], name: str) -> Point:
    return [point for point in curve if getattr(point, name) is not None][-1]
