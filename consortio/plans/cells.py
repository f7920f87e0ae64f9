"""What the cells of a long table say: each word made once for a page, because a hundred rows repeat few of them."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from consortio.ui import formats
from consortio.ui.marks import initials

from .gantt import slip_words


class Spoken(dict[Hashable, Markup]):
    """Words for values, in the language of whoever asks for the page: `spoken[value]`."""

    def __init__(self, say: Callable[[Any], str]) -> None:
        self.say = say

    def __missing__(self, value: Hashable) -> Markup:
        made = self[value] = escape(self.say(value))
        return made


@dataclass(frozen=True, slots=True)
class Cells:
    day: Spoken
    work: Spoken  # of minutes, to a tenth of a day
    whole_days: Spoken  # of minutes, as in "5 d"
    whole_number: Spoken  # of minutes, in days without a unit
    percent: Spoken
    initials: Spoken
    slip: Spoken  # of a pair, promised and now
    fold: Mapping[bool, str]  # of whether it is open, what a twist does to "%(name)s"


def cells_of(today: date, day_minutes: int) -> Cells:
    minutes = max(day_minutes, 1)
    return Cells(
        day=Spoken(lambda at: formats.day(at, today)),
        work=Spoken(lambda amount: formats.workdays(round(amount / minutes, 1))),
        whole_days=Spoken(lambda amount: formats.workdays(round(amount / minutes))),
        whole_number=Spoken(lambda amount: formats.number(round(amount / minutes))),
        percent=Spoken(lambda amount: formats.percent(amount / 100)),
        initials=Spoken(initials),
        slip=Spoken(lambda pair: slip_words(*pair)),
        fold={True: _("%(name)s: fold"), False: _("%(name)s: unfold")},
    )
