"""The course of a measure: what stands where, what is said, and that nothing is averaged, cut off or taken for zero."""

import re
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from consortio.ui.charts.measure import Band, Claim, ForecastStep, Measure, Reading, Stop, TargetPath
from consortio.ui.charts.measure_axes import days_of
from consortio.ui.charts.measure_figure import MeasureFigure, Picture, measure_figure
from consortio.ui.charts.units import Unit
from consortio.ui.marks import Mark

TODAY = date(2026, 11, 12)
WATER, SYSTEMS, LOOM = (
    Mark("Marrowfen Water", "MW"),
    Mark("Quillstone Systems", "QS", "diamond", "ochre"),
    Mark("Tarn & Loom", "TL", "square", "plum"),
)
UNIT = Unit("Ml/day", digits=1)
PATH = TargetPath((Stop(date(2026, 3, 1), 41), Stop(date(2027, 6, 30), 33)))


def confirmed(month: int, value: float | Decimal, **more: object) -> Reading:
    return Reading(date(2026, month, 28), "confirmed", value, **more)  # type: ignore[arg-type]


def contested(month: int, low: float, high: float) -> Reading:
    return Reading(date(2026, month, 28), "contested", claims=(Claim(WATER, high), Claim(SYSTEMS, low)))


def drawn(*readings: Reading, **more: object) -> MeasureFigure:
    return measure_figure(Measure("Leakage", UNIT, readings, **more), today=TODAY)  # type: ignore[arg-type]


def large(figure: MeasureFigure) -> Picture:
    return figure.pictures[-1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "confirmed"},
        {"state": "missing", "value": 3},
        {"state": "contested", "value": 3},
        {"state": "contested"},
        {"state": "confirmed", "value": 3, "claims": (Claim(WATER, 3),)},
        {"state": "guessed", "value": 3},
    ],
)
def test_a_reading_that_contradicts_itself_is_refused(wrong):
    with pytest.raises(ValueError, match="cannot"):
        Reading(TODAY, **wrong)


def test_settled_readings_are_joined_and_a_missing_one_breaks_the_line():
    picture = large(drawn(confirmed(3, 40), confirmed(4, 39), Reading(date(2026, 5, 28), "missing"), confirmed(6, 38)))

    assert picture.lines.course.count("M") == 1
    assert [point.kind for point in picture.points] == ["confirmed", "confirmed", "missing", "confirmed"]
    before, ring, after = picture.points[1].y, picture.points[2].y, picture.points[3].y
    assert before < ring < after


def test_what_is_proposed_hangs_on_a_fine_line():
    picture = large(drawn(confirmed(3, 40), Reading(date(2026, 4, 28), "proposed", 39)))

    assert (picture.lines.course, picture.lines.links.count("M")) == ("", 1)


def test_a_contested_reading_reaches_from_claim_to_claim_with_both_marks():
    figure = drawn(confirmed(9, 38.1), contested(10, 37.0, 38.4))
    picture = large(figure)

    point = picture.points[-1]
    assert (point.y, point.low_y) == (picture.frame.up.at(38.4), picture.frame.up.at(37.0))
    assert [(one.mark.letters, one.figure.words) for one in picture.marks] == [("QS", "37.0"), ("MW", "38.4")]
    assert picture.lines.links.count("M") == 2
    assert point.words == "Oct 2026: 37.0–38.4\xa0Ml/day, contested"
    assert "37.7" not in str(asdict(figure))  # nothing is averaged


def test_a_third_claim_is_a_stroke_on_the_range():
    claims = (Claim(WATER, 21), Claim(SYSTEMS, 14), Claim(LOOM, 17))
    picture = large(drawn(Reading(date(2026, 10, 28), "contested", claims=claims)))

    assert picture.points[0].between == (picture.frame.up.at(17),)
    assert [one.mark.letters for one in picture.marks] == ["QS", "TL", "MW"]


def test_many_contested_readings_keep_the_words_of_the_last_one_alone():
    readings = [
        replace(contested(1, 30, 34), on=date.fromordinal(TODAY.toordinal() - 20 * nth)) for nth in range(24, 0, -1)
    ]

    small, *_, wide = drawn(*readings).pictures

    assert [one.figure is not None for one in small.marks] == [True, True]
    assert [(sign.kind, sign.words) for sign in small.key] == [("contested", "contested")]
    assert sum(one.figure is not None for one in wide.marks) == 2
    assert len(wide.marks) == 48


def test_a_corrected_value_stays_in_sight_and_is_struck_in_the_table():
    figure = drawn(confirmed(3, 41), Reading(date(2026, 5, 28), "resolved", 40.1, struck=40.6, note="by decision D-17"))

    assert large(figure).points[1].struck_y == large(figure).frame.up.at(40.6)
    assert (figure.rows[0].struck, figure.rows[0].state, figure.rows[0].note) == (
        "40.6",
        "Resolved",
        "by decision D-17",
    )


def test_the_path_leads_to_the_target_and_both_are_named():
    picture = large(drawn(confirmed(3, 40), path=PATH))

    assert picture.lines.path.startswith("M")
    assert [(end.word, end.figure) for end in picture.ends] == [("Target", "33.0")]
    assert "agreed path" in [label.words for label in picture.labels]


def test_the_fan_holds_half_and_four_in_five_and_begins_at_the_last_reading_where_it_has_one_step():
    step = ForecastStep(date(2027, 6, 30), 31.6, 32.7, 34.1, 35.3, 36.7)
    figure = drawn(confirmed(9, 38.1), forecast=(step,))
    fan = large(figure).lines.fan

    assert fan is not None
    assert (fan.outer.count("L"), fan.outer[-1], fan.median.count("L")) == (3, "z", 1)
    assert figure.forecast[0].most == "31.6–36.7"
    assert "four in five outcomes in 31.6–36.7" in figure.description


def test_a_band_is_a_zone_open_to_one_side_where_it_has_one_end():
    closed = large(drawn(confirmed(3, 2), band=Band(-1, 1)))
    still_open = large(drawn(confirmed(3, 2), band=Band(None, 1)))

    assert closed.lines.zone.edges.count("M") == 2
    assert still_open.lines.zone.edges.count("M") == 1
    assert [end.figure for end in closed.ends + still_open.ends] == ["−1.0 – 1.0", "at most 1.0"]


def test_today_is_left_out_where_all_ended_long_ago():
    old = Measure(
        "Leakage", UNIT, (Reading(date(2021, 1, 31), "confirmed", 5), Reading(date(2021, 6, 30), "confirmed", 4))
    )

    assert days_of(old, TODAY) == (date(2021, 1, 31), date(2021, 6, 30))
    assert large(measure_figure(old, today=TODAY)).lines.today is None


def test_missing_readings_alone_lie_on_the_path_and_never_at_zero():
    readings = [Reading(date(2026, month, 28), "missing") for month in (7, 8)]

    picture = large(drawn(*readings, path=PATH))

    assert all(point.y < picture.frame.up.start - 20 for point in picture.points)
    assert picture.points[0].y < picture.points[1].y  # as the path falls


def test_without_anything_to_draw_there_is_a_sentence():
    figure = drawn()

    assert (figure.pictures, figure.description) == ((), "There is no reading yet.")


def test_sixty_points_are_reached_in_the_table_and_twelve_by_keys():
    many = [replace(confirmed(1, 30), on=date.fromordinal(TODAY.toordinal() - 30 * nth)) for nth in range(60, 0, -1)]

    assert (drawn(*many).is_stopped_at, drawn(*many[:12]).is_stopped_at) == (False, True)


def test_columns_that_answer_for_points_do_not_overlap():
    picture = large(drawn(*[confirmed(month, 40) for month in range(1, 11)]))

    ends = [(point.left, point.left + point.width) for point in picture.points]
    assert all(one[1] <= other[0] + 0.02 for one, other in zip(ends, ends[1:], strict=False))


def test_the_same_numbers_make_the_same_picture_in_two_decimals():
    readings = (confirmed(1, 40.123), confirmed(2, 1 / 3), contested(3, 2 / 7, 9.87654321))

    assert drawn(*readings, path=PATH) == drawn(*readings, path=PATH)
    assert (
        re.findall(r"\d\.\d{3,}", str([asdict(one) | {"frame": 0} for one in drawn(*readings, path=PATH).pictures]))
        == []
    )


@pytest.mark.parametrize("size", [0, 1, 2])
@pytest.mark.parametrize("factor", [1e-6, 1, 1e12, -1])
def test_all_stays_inside_whatever_the_numbers(size, factor):
    picture = drawn(
        confirmed(1, 40 * factor), contested(5, 31 * factor, 47 * factor) if factor > 0 else confirmed(5, 3)
    ).pictures[size]

    for point in picture.points:
        assert picture.frame.up.end <= point.y <= point.low_y <= picture.frame.up.start
        assert 0 <= point.left and point.left + point.width <= picture.frame.width
    assert picture.frame.across.end - picture.frame.across.start > 150


def test_decimals_are_drawn_like_other_numbers():
    as_float = drawn(confirmed(3, 38.1), contested(4, 37.0, 38.4), path=PATH)
    claims = (Claim(WATER, Decimal("38.4")), Claim(SYSTEMS, Decimal("37.0")))

    as_decimal = drawn(confirmed(3, Decimal("38.1")), Reading(date(2026, 4, 28), "contested", claims=claims), path=PATH)

    assert as_decimal == as_float


def test_periods_and_figures_are_the_readers():
    with translation.override("de"):
        figure = drawn(confirmed(3, 38.1), path=PATH)

    assert (figure.rows[0].period, figure.rows[0].figures) == ("März 2026", ((None, "38,1"),))


def test_the_macro_draws_three_widths_of_one_title_and_a_table_with_the_same_links(render):
    readings = (confirmed(3, 40, href="/readings/1"), contested(4, 37.0, 38.4))
    figure = measure_figure(Measure("<b>", UNIT, readings, path=PATH), today=TODAY)

    page = render("charts", "{{ m.measure_chart('goal', figure) }}", figure=figure)

    assert page.count('role="img" aria-labelledby="goal-') == 3
    assert page.count("<desc id=") == 3
    assert "&lt;b&gt; in Ml/day" in page and "<b>" not in page
    assert page.count('href="/readings/1"') == 4  # in each picture, and in the table
    assert 'aria-label="Mar 2026: 40.0\xa0Ml/day, confirmed"' in page
    assert "<details><summary" in page
    assert re.findall(r"\d\.\d{3,}", page) == []


def test_the_macro_says_that_there_is_nothing(render):
    page = render("charts", "{{ m.measure_chart('goal', figure) }}", figure=drawn())

    assert "There is no reading yet." in page
    assert "<svg" not in page


def test_the_words_of_a_reading_are_the_same_in_every_width():
    """A unit that is a sentence stands above the picture, and not beside each point."""
    short, long = (
        measure_figure(Measure("Leakage", unit, (confirmed(3, 40), contested(4, 30, 38))), today=TODAY)
        for unit in (UNIT, Unit("litres of every day", digits=1))
    )

    def said(figure):
        return {tuple((point.words, point.said.words) for point in picture.points) for picture in figure.pictures}

    assert said(short) == {
        (
            ("Mar 2026: 40.0\xa0Ml/day, confirmed",) * 2,
            ("Apr 2026: 30.0–38.0\xa0Ml/day, contested",) * 2,
        )
    }
    assert said(long) == {
        (
            ("Mar 2026: 40.0\xa0litres of every day, confirmed", "Mar 2026: 40.0, confirmed"),
            ("Apr 2026: 30.0–38.0\xa0litres of every day, contested", "Apr 2026: 30.0–38.0, contested"),
        )
    }
