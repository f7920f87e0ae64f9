"""The fan of a forecast: readings, and how far it may go on from them."""

from collections.abc import Callable, Iterator, Sequence
from html import escape

from consortio_engine.forecast import Fan, Series, Target

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 76, 64, 56, 64
LINES = 5
TITLE_MAX = 80
BANDS = ((9, 89, "#dddddd", "10-90 %"), (24, 74, "#b4b4b4", "25-75 %"))
MIDDLE = 49

Label = Callable[[float], str]
Places = list[tuple[float, float]]


def fan_picture(
    series: Series, fan: Fan, *, title: str, target: Target | None, label: Label, are_whole: bool = False
) -> str:
    """
    Return an SVG picture of readings and quantiles over time.

    Args:
        series: may be empty. fan: at least one point. title: of the measure. target: drawn as a line; None: there is none.
        label: how a moment is written. are_whole: it writes whole moments only.
    """
    area = _Area(series, fan, target)
    shown = title if len(title) <= TITLE_MAX else f"{title[: TITLE_MAX - 1]}…"
    last = fan.quantiles[-1]
    told = f"By {label(fan.at[-1])}: 10 % below {last[9]:.4g}, half below {last[49]:.4g}, 90 % below {last[89]:.4g}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'role="img" aria-labelledby="title desc" font-family="sans-serif" font-size="13" fill="#1a1a1a">',
        f'<title id="title">{escape(shown)}</title>',
        f'<desc id="desc">{len(series.at)} readings and the forecast. {escape(told)}.{escape(_aim(target))}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="28" font-size="16">{escape(shown)}</text>',
        *_grid(area, label, are_whole),
        *_bands(area, series, fan),
        *_readings(area, series),
        *_target(area, target),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


class _Area:
    """Where moments and values lie in the picture."""

    def __init__(self, series: Series, fan: Fan, target: Target | None) -> None:
        aims = [] if target is None else [target.value, *([] if target.highest is None else [target.highest])]
        values = [*series.value, *aims, *(row[at] for row in fan.quantiles for at in (9, 89))]
        # In fractions of the largest: the span of very large values must not overflow.
        self.unit = max(map(abs, values)) or 1.0
        low, high = min(values) / self.unit, max(values) / self.unit
        spare = (high - low) * 0.06 or 0.5
        self.low, self.high = low - spare, high + spare
        self.first, self.last = (*series.at, *fan.at)[0], fan.at[-1]

    def x(self, at: float) -> float:
        """From the left; a single moment lies in the middle."""
        share = (at - self.first) / (self.last - self.first) if self.last > self.first else 0.5
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        """From the top."""
        share = (value / self.unit - self.low) / (self.high - self.low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def _grid(area: _Area, label: Label, are_whole: bool) -> Iterator[str]:
    for step in range(LINES):
        share = (2 * step + 1) / (2 * LINES)
        value = (area.low + (area.high - area.low) * share) * area.unit
        y = area.y(value)
        yield f'<line x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}" stroke="#e6e6e6"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{value:.4g}</text>'
    moments = {area.first + (area.last - area.first) * step / (LINES - 1) for step in range(LINES)}
    for moment in sorted({float(round(moment)) for moment in moments} if are_whole else moments):
        x, y = area.x(moment), HEIGHT - BOTTOM
        yield f'<line x1="{x}" y1="{y}" x2="{x}" y2="{y + 6}" stroke="#1a1a1a"/>'
        yield f'<text x="{x}" y="{y + 24}" text-anchor="middle">{escape(label(moment))}</text>'


def _bands(area: _Area, series: Series, fan: Fan) -> Iterator[str]:
    start = [(area.x(series.at[-1]), area.y(series.value[-1]))] if series.at else []
    for low, high, fill, name in BANDS:
        above, below = _edge(area, fan, high), _edge(area, fan, low)
        yield f'<polygon fill="{fill}" points="{_points([*start, *above, *reversed(below)])}"/>'
        x, y = above[-1]
        yield f'<text x="{x + 4}" y="{y + 4}" font-size="11">{name}</text>'
        if not start and len(above) == 1:
            yield f'<line x1="{x}" y1="{y}" x2="{x}" y2="{below[0][1]}" stroke="{fill}" stroke-width="14"/>'
    middle = [*start, *_edge(area, fan, MIDDLE)]
    yield f'<polyline fill="none" stroke="#1a1a1a" stroke-width="2" stroke-dasharray="6 4" points="{_points(middle)}"/>'
    x, y = middle[-1]
    yield f'<circle cx="{x}" cy="{y}" r="4" fill="#ffffff" stroke="#1a1a1a" stroke-width="2"/>'


def _readings(area: _Area, series: Series) -> Iterator[str]:
    places = [(area.x(at), area.y(value)) for at, value in zip(series.at, series.value, strict=True)]
    if places:
        yield f'<polyline fill="none" stroke="#1a1a1a" stroke-width="2" points="{_points(places)}"/>'
    for x, y in places:
        yield f'<circle cx="{x}" cy="{y}" r="3.5"/>'


def _target(area: _Area, target: Target | None) -> Iterator[str]:
    if target is None:
        return
    for value in (target.value, target.highest):
        if value is not None:
            y = area.y(value)
            yield f'<line x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}" stroke="#1a1a1a" stroke-dasharray="2 3"/>'
            yield f'<text x="{LEFT + 4}" y="{y - 5}">target {value:.6g}</text>'


def _aim(target: Target | None) -> str:
    if target is None:
        return ""
    return f" Target: {target.value:.6g}{'' if target.highest is None else f' to {target.highest:.6g}'}."


def _edge(area: _Area, fan: Fan, at: int) -> Places:
    return [(area.x(when), area.y(row[at])) for when, row in zip(fan.at, fan.quantiles, strict=True)]


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in places)
