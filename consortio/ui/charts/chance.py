"""Shares with their interval on a rule from 0 to 100%: the chance of what is ahead, and the rate of what has happened."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from consortio.ui.formats import number, percent

from .plane import Axis, Span

RULE = Axis(0, 1, 1, 103)


@dataclass(frozen=True, slots=True)
class Share:
    """
    Where values and interval stand on the rule, in pixels, and the words beside it; without `points` nothing is known.

    `kind` is "chance", drawn as a stroke on a bar, or "rate", drawn as a dot on a whisker.
    """

    kind: str
    points: tuple[float, ...]
    low: float | None
    high: float | None
    asked: float | None
    value: str
    note: str


def chance(
    value: Span | None,
    *,
    low: float | None = None,
    high: float | None = None,
    method: str = "",
    asked: float | None = None,
    lacking: str = "",
) -> Share:
    """
    Return a probability as a figure, all shares from 0 to 1.

    Args:
        value: a range where each claim about a reading leads to a chance of its own; None where too little is known.
        low, high: the interval. A chance without one is not shown.
        method: how it was computed, as "trend" or "plan simulation". asked: the level somebody wants to reach.
        lacking: what is needed before there is a chance, as "needs October's reading".

    Raises:
        ValueError: a chance without an interval.
    """
    if value is None:
        return Share("chance", (), None, None, None, "", lacking or _("too little data"))
    if low is None or high is None:
        raise ValueError("a chance needs an interval")
    interval = _reach(low, high)
    note = _("%(interval)s, %(method)s") % {"interval": interval, "method": method} if method else interval
    return Share(
        "chance", *_places(value, low, high), RULE.at(asked) if asked is not None else None, _said(value), note
    )


def rate(kept: int, due: int, *, low: float | None = None, high: float | None = None) -> Share:
    """
    Return how many of those due were kept, with the interval of Wilson that the caller has computed.

    Args:
        low, high: from 0 to 1; None where there are too few for an interval.
    """
    if not due:
        return Share("rate", (), None, None, None, "", _("none due yet"))
    told = {"kept": number(kept), "due": number(due)}
    share = Span.of(kept / due)
    note = _("too few for a range") if low is None or high is None else f"{_said(share)}, {_reach(low, high)}"
    return Share("rate", *_places(share, low, high), None, _("%(kept)s of %(due)s") % told, note)


def _places(value: Span, low: float | None, high: float | None) -> tuple[tuple[float, ...], float | None, float | None]:
    points = (RULE.at(value.low), RULE.at(value.high)) if value.is_range else (RULE.at(value.low),)
    return points, None if low is None else RULE.at(low), None if high is None else RULE.at(high)


def _said(value: Span) -> str:
    """Return the value; what is possible is never written as 0% and what may fail never as 100%."""
    if value.is_range:
        return _reach(float(value.low), float(value.high))
    if 0 < value.low < 0.01:
        return _("under %(share)s") % {"share": percent(0.01)}
    if 0.99 < value.low < 1:
        return _("over %(share)s") % {"share": percent(0.99)}
    return percent(float(value.low))


def _reach(low: float, high: float) -> str:
    """Return "44–78%", where the language writes the sign last."""
    ends = percent(_whole(low)), percent(_whole(high))
    if ends[0] == ends[1]:
        return ends[0]
    return f"{number(round(_whole(low) * 100))}–{ends[1]}" if ends[1].endswith("%") else "–".join(ends)


def _whole(share: float) -> float:
    rounded = round(share, 2)
    return min(max(rounded, 0.01), 0.99) if 0 < share < 1 else rounded
