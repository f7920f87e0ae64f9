"""The readings of an indicator, as claims: one for each period of its calendar."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from consortio.interchange import results as neutral
from consortio.interchange.wording import Wording
from consortio.kpis.claims import Claim
from consortio.kpis.intervals import Interval, NotAValue
from consortio.kpis.periods import Period

from .notes import AHEAD, BROKEN_DOWN, NO_NUMBER, ODD, PERIODS, TWICE, Notes
from .periods import Rhythm, listed, placed, span_of

CLAIMS_MAX, NOTE_MAX, DIGITS_MAX = 2_000, 1_900, 40  # the days of an odd period go before a note


@dataclass(frozen=True, slots=True)
class Taken:
    claims: tuple[Claim, ...]
    missing: int


def number_in(measure: neutral.Measure) -> Decimal | None:
    """Return the value of a measure, if it is one that a KPI takes."""
    try:
        if measure.value is None or len(format(measure.value, "f")) > DIGITS_MAX:
            return None
        Interval.exact(measure.value)
    except NotAValue:
        return None
    return measure.value


class Readings:
    """Takes the readings of one indicator, period by period; what cannot be taken goes into the notes."""

    def __init__(self, rhythm: Rhythm, source: str, today: date, notes: Notes) -> None:
        self._rhythm, self._source, self._today, self._notes = rhythm, source, today, notes
        self._claims: dict[date, Claim] = {}
        self._odd: list[tuple[Period, Period, neutral.Measure]] = []  # where they go, what they are
        self._broken: list[Period] = []
        self._unread: list[Period] = []
        self._ahead: list[Period] = []
        self._twice: list[Period] = []
        self._missing = 0

    def of(self, indicator: neutral.Indicator) -> Taken:
        undated = 0
        for one in indicator.periods[:CLAIMS_MAX]:
            span = span_of(one.start, one.end)
            if span is None:
                undated += 1
            else:
                self._take(span, one.actuals)
        for period, span, measure in self._odd:
            self._keep(period, span, measure)
        self._say(undated, max(len(indicator.periods) - CLAIMS_MAX, 0))
        claims = (self._claims[start] for start in sorted(self._claims))
        return Taken(tuple(claims), self._missing)

    def _take(self, span: Period, actuals: tuple[neutral.Measure, ...]) -> None:
        if len(actuals) > 1:
            self._broken.append(span)
        elif not actuals or not (actuals[0].written or actuals[0].value is not None):
            self._missing += 1
        elif number_in(actuals[0]) is None:
            self._unread.append(span)
        else:
            self._place(span, actuals[0])

    def _place(self, span: Period, measure: neutral.Measure) -> None:
        found = placed(span, self._rhythm)
        if found is None or found[0].start > self._today:
            self._ahead.append(span)
        elif found[1]:
            self._keep(found[0], span, measure)
        else:
            self._odd.append((found[0], span, measure))

    def _keep(self, period: Period, span: Period, measure: neutral.Measure) -> None:
        value = number_in(measure)
        if period.start in self._claims or value is None:
            self._twice.append(span)
            return
        note = "\n".join(one.text for one in measure.comments)[:NOTE_MAX]
        if span != period:
            note = f"{listed([span])}\n{note}".strip()
        self._claims[period.start] = Claim(period.start, period.end, value, source=self._source, note=note)

    def _say(self, undated: int, beyond: int) -> None:
        what = PERIODS[self._rhythm.frequency]
        self._notes.say_of(BROKEN_DOWN, self._broken, what=Wording("actual values"))
        self._notes.say_of(NO_NUMBER, self._unread)
        self._notes.say_of(AHEAD, self._ahead)
        self._notes.say_of(ODD, [span for _, span, _ in self._odd if span not in self._twice], what=what)
        self._notes.say_of(TWICE, self._twice, what=what)
        if undated:
            self._notes.say(Wording("Periods without a first and a last day are left out: {count:,}.", count=undated))
        if beyond:
            self._notes.say(Wording("More periods than are taken of one KPI are left out: {count:,}.", count=beyond))
