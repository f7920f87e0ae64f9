"""Words find a place that covers nothing, the same one each time."""

from itertools import chain

from consortio.ui.charts.labels import Box, Label, Room, close_to, led_to, spread

BOUNDS = Box(0, 0, 200, 100)


def test_a_label_takes_the_first_place_that_is_free():
    room = Room(BOUNDS)

    first = room.place(close_to((100, 50), "agreed"))
    second = room.place(close_to((100, 50), "agreed"))

    assert first == Label(100, 42, "agreed", "middle")
    assert second == Label(100, 67, "agreed", "middle")


def test_a_line_stands_in_the_way_all_along():
    room = Room(BOUNDS)
    room.take_line([(0, 40), (200, 40)])

    assert room.place([Label(50, 42, "agreed"), Label(50, 70, "agreed")]) == Label(50, 70, "agreed")


def test_in_a_dense_picture_words_stand_where_a_look_at_all_that_is_taken_puts_them():
    """The room compares a place with its neighbours alone: that finds the same places."""
    course = [(8.0 + 7 * nth, 20 + (nth * 37) % 61 / 2) for nth in range(27)]
    room, taken = Room(BOUNDS), [Box(x - 5, y - 5, x + 5, y + 5) for x, y in course]
    room.take(*taken)

    for words in ("agreed path", "half", "confirmed", "ours", "four in five", "now"):
        places = list(chain(*(close_to(at, words) for at in course), *(led_to(at, words) for at in course)))
        wanted = next((label for label in places if all(fits(box, taken) for box in boxes_of(label))), None)
        assert room.place(places) == wanted
        taken += boxes_of(wanted) if wanted else []

    assert len(taken) > len(course) + 4


def boxes_of(label):
    lead = label.lead and Box(label.lead[0] - 1, min(label.lead[1:]), label.lead[0] + 1, max(label.lead[1:]))
    return [label.box, lead] if lead else [label.box]


def fits(box, taken):
    inside = box.left >= 0 and box.right <= 200 and box.top >= 0 and box.bottom <= 100
    return inside and not any(
        box.left < one.right and one.left < box.right and box.top < one.bottom and one.top < box.bottom for one in taken
    )


def test_words_do_not_leave_the_picture():
    assert Room(BOUNDS).place([Label(190, 50, "agreed path")]) is None


def test_a_line_that_leads_to_a_point_covers_nothing_either():
    room = Room(BOUNDS)
    room.take(Box(90, 30, 110, 36))

    label = room.place(led_to((100, 50), "agreed"))

    assert label == Label(100, 83, "agreed", "middle", lead=(100, 56, 71))


def test_words_at_the_ends_of_lines_are_moved_apart_and_stay_inside():
    assert spread([50, 52, 10], 30, 0, 100) == [50, 80, 10]
    assert spread([95, 99], 30, 0, 100) == [70, 100]
    assert spread([], 30, 0, 100) == []
