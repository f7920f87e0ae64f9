"""A reliability diagram as SVG: what was said against what happened."""

from collections.abc import Mapping, Sequence

from consortio_engine.forecast import Bin, reliability

SIDE, LEFT, TOP = 400, 64, 24
WIDTH, HEIGHT = LEFT + SIDE + 24, TOP + SIDE + 96
TICKS = (0, 20, 40, 60, 80, 100)
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #333 }
.paper { fill: #fff } .grid { stroke: #ddd } .ideal { stroke: #777; stroke-dasharray: 5 4 }
.first { fill: #0b5cad; stroke: #0b5cad } .second { fill: #fff; stroke: #a3480a }
.first-line { stroke: #0b5cad } .second-line { stroke: #a3480a }
line, circle, rect.mark { stroke-width: 1.5 }
"""


def diagram(curves: Mapping[str, tuple[Sequence[float], Sequence[bool]]]) -> str:
    """One or two curves by name: circles, then squares, each with its 95 % interval where it has one."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        "<title>What forecasts said, and how often it happened</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>',
        *_frame(),
    ]
    for (name, (said, happened)), place in zip(curves.items(), ("first", "second"), strict=False):
        parts += [_point(row, place) for row in reliability(said, happened)]
        parts += _legend(name, len(said), place)
    return "\n".join([*parts, "</svg>", ""])


def _x(share: float) -> float:
    return round(LEFT + SIDE * share, 1)


def _y(share: float) -> float:
    return round(TOP + SIDE * (1 - share), 1)


def _line(kind: str, ends: tuple[float, float, float, float]) -> str:
    x1, y1, x2, y2 = ends
    return f'<line class="{kind}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'


def _frame() -> list[str]:
    parts = []
    for tick in TICKS:
        at = tick / 100
        parts += [_line("grid", (_x(at), _y(0), _x(at), _y(1))), _line("grid", (_x(0), _y(at), _x(1), _y(at)))]
        parts.append(f'<text x="{_x(at)}" y="{_y(0) + 18}" text-anchor="middle">{tick}</text>')
        parts.append(f'<text x="{LEFT - 8}" y="{_y(at) + 4}" text-anchor="end">{tick}</text>')
    parts.append(_line("ideal", (_x(0), _y(0), _x(1), _y(1))))
    parts.append(f'<text x="{_x(0.5)}" y="{_y(0) + 38}" text-anchor="middle">said, %</text>')
    parts.append(f'<text transform="translate(18 {_y(0.5)}) rotate(-90)" text-anchor="middle">happened, %</text>')
    return parts


def _point(row: Bin, place: str) -> str:
    x, y = _x(row.said), _y(row.happened)
    words = f"<title>said {row.said:.0%}, happened {row.happened:.0%} of {row.count}</title>"
    if row.low is None or row.high is None:
        return _mark(place, x, y, words)
    return _line(f"{place}-line", (x, _y(row.low), x, _y(row.high))) + _mark(place, x, y, words)


def _mark(place: str, x: float, y: float, words: str = "") -> str:
    if place == "first":
        return f'<circle class="{place}" cx="{x}" cy="{y}" r="4">{words}</circle>'
    return f'<rect class="mark {place}" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8">{words}</rect>'


def _legend(name: str, count: int, place: str) -> list[str]:
    y = _y(0) + (62 if place == "first" else 82)
    return [_mark(place, LEFT + 6, y - 4), f'<text x="{LEFT + 20}" y="{y}">{name} ({count:,} forecasts)</text>']
