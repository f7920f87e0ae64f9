"""The words of cells: made once, escaped, and the same as the formats of every other page."""

from datetime import date, datetime

from django.utils.translation import override

from consortio.plans.cells import Spoken, cells_of
from consortio.ui import formats

TODAY = date(2031, 5, 6)


def test_a_word_is_made_once_and_escaped():
    asked = []
    spoken = Spoken(lambda value: asked.append(value) or f"<{value}>")

    assert [spoken["b"], spoken["b"]] == ["&lt;b&gt;", "&lt;b&gt;"]
    assert asked == ["b"]


def test_cells_say_what_formats_say():
    cells, finish = cells_of(TODAY, 480), datetime(2032, 2, 29, 17)

    assert cells.day[finish] == formats.day(finish, TODAY)
    assert cells.work[720] == formats.workdays(1.5)
    assert cells.whole_days[720] == formats.workdays(2)  # to the even day, as Python rounds
    assert cells.whole_days[-960] == formats.workdays(-2)
    assert cells.percent[38] == formats.percent(0.38)
    assert cells.slip[datetime(2032, 2, 22), finish] == "+7 d"
    assert cells.slip[finish, finish] == ""


def test_cells_speak_the_language_of_their_page():
    finish = datetime(2031, 3, 1)
    with override("de"):
        german = cells_of(TODAY, 480).day[finish]

    assert (german, cells_of(TODAY, 480).day[finish]) == ("1. März", "1 Mar")


def test_a_plan_without_hours_in_its_day_divides_by_nothing():
    assert cells_of(TODAY, 0).work[3] == formats.workdays(3)
