"""
Kernels of the serial schedule generation scheme: jobs in a given order, each at its earliest place.

Positions are minutes on the axis (see `calendar_table`). Free units are a chain of pieces of time: `time[k]` where
piece k begins, `following[k]` the next piece (the last one its own), `room[k * width + r]` the units of profile r that are
free in it. A placed job cuts the chain at its start and finish, and pieces are only ever added, so that the piece at a
predecessor's finish is where the search for room begins.
"""

from consortio_engine.clock import add, finish_at, span_from, start_at, work
from consortio_engine.codes import BEFORE_ALL, FF, FS, SS
from consortio_engine.kernel import Numbers, kernel

# Rows of jobs, one after the other, ROW_WIDTH values each; kernels know a job by where its row begins. SPAN is the
# duration in the chosen mode, BY the number of its calendar on the axis (negative: all of it), NEED_FROM to NEED_TO the
# positions of its (profile, units) pairs, IN_FROM to IN_TO those of its incoming links.
SPAN, BY, NEED_FROM, NEED_TO, IN_FROM, IN_TO = 0, 1, 2, 3, 4, 5
RELEASE, FIXED, START, FINISH, START_PIECE, FINISH_PIECE, ROW_WIDTH = 6, 7, 8, 9, 10, 11, 12

# Rows of links. LAG_BY is a calendar of the table of lags, or ALONG for positions of the axis itself. Up to OPENS the
# predecessor's end is the instant at which the minute at that position begins, after it that at which the one before ends.
OTHER, TYPE, LAG, LAG_BY, OPENS, LINK_WIDTH = 0, 1, 2, 3, 4, 5
ALONG = -1

PLACED = -1


@kernel
def place_all(
    calendars: tuple[Numbers, Numbers],
    frame: tuple[int, int, int],
    order: Numbers,
    rows: Numbers,
    links: Numbers,
    needs: Numbers,
    chain: tuple[Numbers, Numbers, Numbers],
    pieces: int,
    blocked: Numbers,
    bucket: int,
) -> int:
    """
    Write start and finish of every movable job.

    Args:
        calendars: the table of jobs' calendars in positions, and the table of lags in instants, the axis first.
        frame: the axis's number in the table of lags, the working minutes before position 0, the last position.
        order: positions of rows, each after its predecessors.
        needs: pairs of profile and units.
        chain: time, following, room, with space for two more pieces per job.
        pieces: how many the chain has.
        blocked: counts by profile and bucket of positions: that often it kept a job from starting.
        bucket: positions per bucket.

    Returns:
        PLACED, or the row of the job for which there was no room.
    """
    (time, following, room) = chain
    width = len(room) // len(time)
    buckets = len(blocked) // max(width, 1)
    for i in order:
        if rows[i + FIXED]:
            continue
        least, piece = _least_start(calendars, frame, i, rows, links, time)
        c, span = rows[i + BY], rows[i + SPAN]
        if span == 0:
            rows[i + START] = least
            rows[i + FINISH] = least
            continue
        while True:
            if c < 0:
                start, finish = least, least + span
            else:
                start, finish = span_from(calendars[0], c, least, span)
            if finish > frame[2]:
                return i
            while following[piece] != piece and time[following[piece]] <= start:
                piece = following[piece]
            taken, profile = _first_taken(i, piece, finish, rows, needs, time, following, room, width)
            if taken < 0:
                break
            blocked[profile * buckets + time[taken] // bucket] += 1
            if following[taken] == taken:
                return i
            piece = following[taken]
            least = time[piece]
        rows[i + START] = start
        rows[i + FINISH] = finish
        if rows[i + NEED_FROM] < rows[i + NEED_TO]:
            pieces = _take(i, piece, start, finish, rows, needs, chain, pieces, width)
    return PLACED


@kernel
def _least_start(
    calendars: tuple[Numbers, Numbers],
    frame: tuple[int, int, int],
    i: int,
    rows: Numbers,
    links: Numbers,
    time: Numbers,
) -> tuple[int, int]:
    """The earliest start that release and links allow, and a piece that does not begin after it."""
    least, least_finish, piece = rows[i + RELEASE], BEFORE_ALL, 0
    for k in range(rows[i + IN_FROM], rows[i + IN_TO], LINK_WIDTH):
        p, kind = links[k + OTHER], links[k + TYPE]
        if kind == FS or kind == FF:
            asked, known = rows[p + FINISH], rows[p + FINISH_PIECE]
        else:
            asked, known = rows[p + START], rows[p + START_PIECE]
        if links[k + LAG] != 0:
            asked = lagged(calendars[1], frame, asked, links[k + LAG], links[k + LAG_BY], links[k + OPENS])
        if kind == FS or kind == SS:
            if asked > least:
                least = asked
        elif asked > least_finish:
            least_finish = asked
        if known >= 0 and time[known] <= least and time[known] > time[piece]:
            piece = known
    if least_finish > least:
        least = max(least, start_for(calendars[0], rows[i + BY], least_finish, rows[i + SPAN]))
    return least, piece


@kernel
def lagged(table: Numbers, frame: tuple[int, int, int], x: int, lag: int, by: int, opens: int) -> int:
    """The position that lies a lag after x: along the axis, or by a calendar of instants."""
    if by == ALONG:
        return x + lag
    axis, origin = frame[0], frame[1]
    if axis < 0:
        return add(table, by, x + origin, lag) - origin
    if x <= opens or x + origin <= 0:
        t = start_at(table, axis, x + origin)
    else:
        t = finish_at(table, axis, x + origin)
    return work(table, axis, add(table, by, t, lag)) - origin


@kernel
def start_for(table: Numbers, c: int, finish: int, span: int) -> int:
    """The start with which a job finishes at that position, or as late before it as its calendar lets it."""
    if c < 0 or finish <= 0:
        return finish - span
    if work(table, c, finish) <= span:
        return 0
    return add(table, c, finish, -span)


@kernel
def _first_taken(
    i: int,
    piece: int,
    finish: int,
    rows: Numbers,
    needs: Numbers,
    time: Numbers,
    following: Numbers,
    room: Numbers,
    width: int,
) -> tuple[int, int]:
    """The first piece up to the finish without room for the job, and the profile that lacks units; -1 where all have."""
    first, last = rows[i + NEED_FROM], rows[i + NEED_TO]
    if first == last:
        return -1, 0
    k = piece
    while time[k] < finish:
        at = k * width
        for q in range(first, last, 2):
            if room[at + needs[q]] < needs[q + 1]:
                return k, needs[q]
        if following[k] == k:
            break
        k = following[k]
    return -1, 0


@kernel
def _take(
    i: int,
    piece: int,
    start: int,
    finish: int,
    rows: Numbers,
    needs: Numbers,
    chain: tuple[Numbers, Numbers, Numbers],
    pieces: int,
    width: int,
) -> int:
    """Take the job's units between start and finish, from the piece that holds the start; return the number of pieces."""
    (time, following, room) = chain
    k = piece
    if time[k] < start:
        k = _cut(k, start, chain, pieces, width)
        pieces += 1
    rows[i + START_PIECE] = k
    first, last = rows[i + NEED_FROM], rows[i + NEED_TO]
    while True:
        after = following[k]
        if after == k or time[after] > finish:
            after = _cut(k, finish, chain, pieces, width)
            pieces += 1
        at = k * width
        for q in range(first, last, 2):
            room[at + needs[q]] -= needs[q + 1]
        k = after
        if time[k] >= finish:
            break
    rows[i + FINISH_PIECE] = k
    return pieces


@kernel
def _cut(k: int, at: int, chain: tuple[Numbers, Numbers, Numbers], pieces: int, width: int) -> int:
    """Cut piece k in two at a position inside it; return the later one."""
    (time, following, room) = chain
    time[pieces] = at
    following[pieces] = pieces if following[k] == k else following[k]
    following[k] = pieces
    for r in range(width):
        room[pieces * width + r] = room[k * width + r]
    return pieces


@kernel
def keep_order(order: Numbers, rows: Numbers, links: Numbers, keys: Numbers) -> None:
    """Raise the keys of jobs to those of their predecessors, so that sorting by them keeps every link's order."""
    for i in order:
        key = keys[i // ROW_WIDTH]
        for k in range(rows[i + IN_FROM], rows[i + IN_TO], LINK_WIDTH):
            before = keys[links[k + OTHER] // ROW_WIDTH]
            if before > key:
                key = before
        keys[i // ROW_WIDTH] = key
