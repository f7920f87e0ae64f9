"""What is said of one indicator: what was left out of it, and how the rest was taken."""

from collections.abc import Sequence

from consortio.interchange.wording import Wording
from consortio.kpis.periods import Frequency, Period

from .periods import listed

PERIODS = {
    Frequency.WEEK: Wording("week"),
    Frequency.MONTH: Wording("month"),
    Frequency.QUARTER: Wording("quarter"),
    Frequency.HALF_YEAR: Wording("half-year"),
    Frequency.YEAR: Wording("year"),
}


class Notes:
    def __init__(self) -> None:
        self._said: list[Wording] = []

    def say(self, words: Wording) -> None:
        self._said.append(words)

    def say_of(self, words: str, spans: Sequence[Period], **values: Wording) -> None:
        """Say it of some periods; of none, nothing."""
        if spans:
            self.say(Wording(words, periods=listed(spans), **values))

    def all(self) -> tuple[Wording, ...]:
        return tuple(self._said)


BROKEN_DOWN = Wording(
    "Several {what} in one period, which break it down, are left out and never added up: {periods}."
).text
EARLIER = Wording("The last target is the goal; targets before it are left out: {periods}.").text
NO_NUMBER = Wording("What is written there is no number that can be taken, so it is left out: {periods}.").text
AHEAD = Wording("These periods have not begun, so their readings are left out: {periods}.").text
TWICE = Wording("Another reading stands for the same {what} already, so these are left out: {periods}.").text
ODD = Wording(
    "These are no whole {what}: {periods}. Each is taken as the reading of the {what} in which it ends, with its days in"
    " the note."
).text
