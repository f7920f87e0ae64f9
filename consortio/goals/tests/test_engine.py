"""A chance of contested readings takes neither side, and says by what its method was preferred."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from consortio.goals.engine import Aim, chance_of
from consortio.goals.pages import _quantile_words
from consortio.kpis.measuring import Point

AIM = Aim("up", 20.0, date(2031, 12, 31))


def points(*values):
    """Return points of the months from January 2031; a pair is contested."""
    ends = [value if isinstance(value, tuple) else (value, value) for value in values]
    return [
        Point(date(2031, month, 1), date(2031, month + 1, 1), Decimal(low), Decimal(high), "confirmed")
        for month, (low, high) in enumerate(ends, 1)
    ]


@pytest.mark.parametrize("last", [(5, 7), (3, 5)])
def test_as_long_as_one_claim_has_no_chance_the_other_has_none_alone(last):
    found = chance_of(points(5, 5, 5, last), AIM, "last")

    assert (found["low"], found["high"], found["from"], found["to"]) == (None,) * 4
    assert (found["quantiles"], found["method"], found["other"]) == ([], "", "")
    assert "no_spread" in found["findings"]
    assert chance_of(points(5, 5, 5, 7), AIM, "last")["low"] is not None


def test_what_held_before_is_told_by_the_claim_for_which_it_held_worse():
    values = (4, 6, 9, 11, 12, 15, 17)
    low, high = (chance_of(points(*values, end), AIM, "last") for end in (18, 40))

    both = chance_of(points(*values, (18, 40)), AIM, "last")

    for told, one, other in zip(both["records"], low["records"], high["records"], strict=True):
        assert told[:2] == one[:2] == other[:2]
        assert told[3] == min(one[3], other[3])
        assert (told[2], told[5]) == (max(one[2], other[2]), max(one[5], other[5]))
    assert [both["low"], both["high"]] == sorted([low["low"], high["low"]])
    assert set(both["findings"]) == {*low["findings"], *high["findings"]}
    assert [both["method"], both["other"] or both["method"]] == [low["method"], high["method"]]


def test_ends_that_read_the_same_stand_once():
    row = SimpleNamespace(kpi=SimpleNamespace(unit="own:t", decimals=0))

    assert _quantile_words(row, 90, 78.6, 79.4) == ("90%", "79\xa0t")
    assert _quantile_words(row, 50, 76, 79) == ("50%", "76–79\xa0t")
