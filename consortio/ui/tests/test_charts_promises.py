"""Promises: one cell for each, kept to the right, broken to the left, all bars on one scale."""

from consortio.ui.charts.promises import PromiseCount, promise_bars
from consortio.ui.marks import Mark

WATER, SYSTEMS = Mark("Marrowfen Water", "MW"), Mark("Quillstone & Sons", "QS", "diamond", "ochre")


def test_each_promise_is_a_cell_from_the_line_outwards():
    row = promise_bars([PromiseCount(WATER, kept=2, renegotiated=1, broken=1)]).rows[0]

    assert row.broken == ((1.75, 10.5),)
    assert row.kept == ((13.75, 10.5), (25.75, 10.5))
    assert row.renegotiated == ((37.75, 10.5),)
    assert row.strokes.startswith("M37.75")
    assert row.words == "2 kept, 1 renegotiated in time, 1 broken"
    assert (row.share.value, row.share.note) == ("2 of 3", "too few for a range")


def test_all_bars_have_one_scale_and_one_line():
    figure = promise_bars([PromiseCount(WATER, 1, 0, 5), PromiseCount(SYSTEMS, 9, 0, 0)])

    assert figure.zero == 61
    assert figure.rows[0].kept == figure.rows[1].kept[:1]


def test_hundreds_are_one_cell_and_stay_inside():
    figure = promise_bars([PromiseCount(WATER, 812, 64, 91), PromiseCount(SYSTEMS, 1, 0, 0)])
    cells = [cell for row in figure.rows for cell in (*row.kept, *row.renegotiated, *row.broken)]

    assert [len(figure.rows[0].kept), len(figure.rows[1].kept)] == [1, 1]
    assert all(x >= 0 and width > 0 and x + width <= figure.width for x, width in cells)


def test_nobody_has_promised_anything_yet():
    row = promise_bars([PromiseCount(WATER, 0, 0, 0)]).rows[0]

    assert (row.kept, row.renegotiated, row.broken, row.strokes) == ((), (), (), "")
    assert row.share.note == "none due yet"


def test_the_macro_is_a_table_that_holds_every_count(render):
    figure = promise_bars([PromiseCount(SYSTEMS, 5, 3, 4, receiver=WATER)])

    page = render("charts", "{{ m.promise_bars(figure, '<b>') }}", figure=figure)

    assert 'aria-label="5 kept, 3 renegotiated in time, 4 broken"' in page
    assert "&lt;b&gt;" in page and "Quillstone &amp; Sons" in page and "to Marrowfen Water" in page
    for count in (5, 3, 4):
        assert f">{count}</td>" in page
