"""The S-curve: by when the project has finished, in how many of the trials."""

from collections.abc import Iterator, Sequence
from html import escape

from consortio_engine.command.lengths import instant_text
from consortio_engine.simulate.outcome import Point

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 56, 64
MARKED_LEVELS = (50, 80)
DATES_SHOWN = 5
TITLE_MAX = 80
SHOWN_SHARE = 0.99


def s_curve(curve: Sequence[Point], *, title: str, planned: int, quantiles: dict[int, int]) -> str:
    """
    Return an SVG picture of shares of trials over dates.

    Args:
        curve: ascending, at least one point; drawn up to 99 %. title: of the plan. planned: the finish in the schedule.
        quantiles: level in per cent -> instant; 50 and 80 are marked where they are given.
    """
    shown_curve = _without_tail(curve)
    area = _Area(min(curve[0].finish, planned), max(shown_curve[-1].finish, planned))
    shown = title if len(title) <= TITLE_MAX else f"{title[: TITLE_MAX - 1]}…"
    told = "; ".join(f"{level} % by {_date(when)}" for level, when in sorted(quantiles.items()))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'role="img" aria-labelledby="title desc" font-family="sans-serif" font-size="13" fill="#1a1a1a">',
        f'<title id="title">{escape(shown)}</title>',
        f'<desc id="desc">Share of trials finished by date. Planned: {_date(planned)}. {escape(told)}.</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="28" font-size="16">{escape(shown)}</text>',
        *_grid(area),
        *_plan(area, planned),
        f'<polyline fill="none" stroke="#1a1a1a" stroke-width="2.5" points="{_points(area, shown_curve)}"/>',
        *_marks(area, quantiles),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _without_tail(curve: Sequence[Point]) -> Sequence[Point]:
    """The points up to the share that is worth a look: the last trials of all can lie very far out."""
    needed = next(at for at, point in enumerate(curve) if point.share >= min(SHOWN_SHARE, curve[-1].share))
    return curve[: needed + 1]


class _Area:
    """Where dates and shares lie in the picture."""

    def __init__(self, first: int, last: int) -> None:
        spare = max((last - first) // 20, 60)
        self.first, self.last = first - spare, last + spare

    def x(self, when: int) -> float:
        """From the left."""
        return round(LEFT + (when - self.first) / (self.last - self.first) * (WIDTH - LEFT - RIGHT), 1)

    def y(self, share: float) -> float:
        """From the top."""
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def _grid(area: _Area) -> Iterator[str]:
    for level in range(0, 101, 20):
        y = area.y(level / 100)
        yield f'<line x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}" stroke="#d0d0d0"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{level} %</text>'
    for step in range(DATES_SHOWN):
        when = area.first + (area.last - area.first) * (2 * step + 1) // (2 * DATES_SHOWN)
        x = area.x(when)
        yield f'<line x1="{x}" y1="{HEIGHT - BOTTOM}" x2="{x}" y2="{HEIGHT - BOTTOM + 6}" stroke="#1a1a1a"/>'
        yield f'<text x="{x}" y="{HEIGHT - BOTTOM + 24}" text-anchor="middle">{_date(when)}</text>'


def _plan(area: _Area, planned: int) -> Iterator[str]:
    x = area.x(planned)
    dashes = 'stroke="#1a1a1a" stroke-dasharray="6 4"'
    yield f'<line x1="{x}" y1="{TOP}" x2="{x}" y2="{HEIGHT - BOTTOM}" {dashes}/>'
    yield f'<text x="{x}" y="{TOP - 6}" text-anchor="middle">planned</text>'


def _points(area: _Area, curve: Sequence[Point]) -> str:
    start = f"{area.x(curve[0].finish)},{area.y(0)}"
    return " ".join([start, *(f"{area.x(point.finish)},{area.y(point.share)}" for point in curve)])


def _marks(area: _Area, quantiles: dict[int, int]) -> Iterator[str]:
    for level in MARKED_LEVELS:
        if level in quantiles:
            x, y = area.x(quantiles[level]), area.y(level / 100)
            yield f'<circle cx="{x}" cy="{y}" r="5" fill="#ffffff" stroke="#1a1a1a" stroke-width="2"/>'
            yield f'<text x="{x + 10}" y="{y + 16}">{level} %: {_date(quantiles[level])}</text>'


def _date(when: int) -> str:
    return (instant_text(when) or "")[:10]
