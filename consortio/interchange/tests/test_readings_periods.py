"""Periods as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortio.interchange.readings_periods import plain_period

MARCH = (date(2030, 3, 1), date(2030, 3, 31))
FIRST = (date(2030, 1, 1), date(2030, 3, 31))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2030", (date(2030, 1, 1), date(2030, 12, 31))),
        *(
            (one, MARCH)
            for one in (
                "2030-03",
                "3/2030",
                "03.2030",
                "March 2030",
                "Mär 2030",
                "2030 mars",
                "март 2030",
                "Mar-30",
                "Mrz 30",
            )
        ),
        *((one, FIRST) for one in ("2030-Q1", "Q1 2030", "q1/2030", "T1 2030", "1. Quartal 2030", "2030  Q1", "Q1/30")),
        ("H2 2030", (date(2030, 7, 1), date(2030, 12, 31))),
        ("2030-W01", (date(2029, 12, 31), date(2030, 1, 6))),
        ("KW 12 2030", (date(2030, 3, 18), date(2030, 3, 24))),
        ("2030-03-31", (date(2030, 3, 31),) * 2),
        ("31.3.2030", (date(2030, 3, 31),) * 2),
        ("2028-02", (date(2028, 2, 1), date(2028, 2, 29))),
    ],
)
def test_a_period_is_its_first_and_last_day(text: str, span: tuple[date, date]) -> None:
    assert plain_period(text) == span


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2030-00",
        "2030-13",
        "2030-Q5",
        "H3 2030",
        "2030-W54",
        "31.2.2030",
        "0000",
        "2999",
        "Total 2030",
        "5",
    ],
)
def test_what_is_no_period_is_none(text: str) -> None:
    assert plain_period(text) is None


@given(st.text(max_size=50))
def test_any_text_is_a_period_or_none(text: str) -> None:
    span = plain_period(text)

    assert span is None or span[0] <= span[1]
