"""What the cells of a long table say: each word made once in a language and a day, because many rows repeat few of them."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from consortio.ui import formats
from consortio.ui.marks import initials

from .gantt import slip_words

KEPT = 8192  # words of a kind


class Spoken(dict[Hashable, Markup]):
    """Words for values, in the language in which the first of them is asked for: `spoken[value]`."""

    def __init__(self, say: Callable[[Any], str]) -> None:
        self.say = say

    def __missing__(self, value: Hashable) -> Markup:
        if len(self) >= KEPT:
            self.clear()
        made = self[value] = escape(self.say(value))
        return made


@dataclass(frozen=True, slots=True)
class Cells:
    day: Spoken
    work: Spoken  # of minutes, to a tenth of a day
    whole_days: Spoken  # of minutes, as in "5 d"
    percent: Spoken
    initials: Spoken
    slip: Spoken  # of a pair, promised and now
    fold: Mapping[bool, str]  # of whether it is open, what a twist does to "%(name)s"
    beside: str  # what shows an item beside the rows; its name follows


def cells_of(today: date, day_minutes: int) -> Cells:
    return _cells_in(get_language(), today, max(day_minutes, 1))


@lru_cache(maxsize=16)
def _cells_in(language: str | None, today: date, minutes: int) -> Cells:
    """Pages share their words with those that come after, while these are asked for in the same language and day."""
    return Cells(
        day=Spoken(lambda at: formats.day(at, today)),
        work=Spoken(lambda amount: formats.workdays(round(amount / minutes, 1))),
        whole_days=Spoken(lambda amount: formats.workdays(round(amount / minutes))),
        percent=Spoken(lambda amount: formats.percent(amount / 100)),
        initials=Spoken(initials),
        slip=Spoken(lambda pair: slip_words(*pair)),
        fold={True: _("%(name)s: fold"), False: _("%(name)s: unfold")},
        beside=_("Show beside the list:"),
    )
