"""Where a goal stands: now, expected by now, and target, on one quiet bar from the baseline to the target."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from .plane import Axis, Number, Span, hatch, px
from .units import Unit, amount, full_reach

WIDTH, HEIGHT = 200, 16
TOP, BOTTOM = 5, 11
BEYOND = 1.5  # of the way: what is farther is drawn at the edge, with a point

# What a state is called, its sign, and how its word is coloured; the sign tells them apart without colour.
STATES: dict[str, tuple[str | Promise, str, str]] = {
    "on-track": (_lazy("On track"), "arrow", ""),
    "behind": (_lazy("Behind"), "clock", ""),
    "at-risk": (_lazy("At risk"), "risk", "late"),
    "met": (_lazy("Met"), "check", "kept"),
    "missed": (_lazy("Missed"), "late", "late"),
    "unknown": (_lazy("Not known"), "", ""),
}


@dataclass(frozen=True, slots=True)
class Attainment:
    """
    What is filled in, all x in pixels. A contested `now` is filled to its lower end and hatched to its upper one.

    `target_x` lies inside the bar where more than the target was reached, at its end otherwise; None where baseline and
    target are the same: such a goal is kept and has no way. `past` is "before" where now is worse than the baseline,
    "after" where it lies beyond the bar's end.
    """

    filled: float
    hatched: str
    expected_x: float | None
    target_x: float | None
    past: str
    now: str
    expected: str
    target: str
    state: str
    sign: str
    kind: str


def attainment(
    *, baseline: Number, target: Number, now: Span | None, expected: Number | None, state: str, unit: Unit
) -> Attainment:
    """
    Return the geometry and the words of a goal's bar.

    Args:
        state: one of STATES; whoever knows the thresholds decides it.

    Raises:
        KeyError: there is no such state.
    """
    word, sign, kind = STATES[state]
    shares = _shares(now, baseline, target)
    scale = Axis(0, max(1.0, min(shares[1], BEYOND)) if shares else 1.0, 0, WIDTH)
    low, high = (_inside(scale, share) for share in shares) if shares else (0.0, 0.0)
    due = _share(expected, baseline, target) if expected is not None else None
    return Attainment(
        filled=low,
        hatched=hatch(low, high, TOP, BOTTOM) if high > low else "",
        expected_x=None if due is None else _inside(scale, due),
        target_x=scale.at(1) if baseline != target else None,
        past=_past(shares),
        now="" if now is None else full_reach(now, unit),
        expected="" if expected is None else _("expected %(amount)s") % {"amount": amount(expected, unit)},
        target=_("target %(amount)s") % {"amount": amount(target, unit)},
        state=str(word),
        sign=sign,
        kind=kind,
    )


def _shares(now: Span | None, baseline: Number, target: Number) -> tuple[float, float] | None:
    """Return which part of the way both ends of `now` have gone, the smaller part first."""
    if now is None or baseline == target:
        return None
    ends = [share for one in (now.low, now.high) if (share := _share(one, baseline, target)) is not None]
    return min(ends), max(ends)


def _share(value: Number, baseline: Number, target: Number) -> float | None:
    way = float(target) - float(baseline)
    return (float(value) - float(baseline)) / way if way else None


def _inside(scale: Axis, share: float) -> float:
    return px(min(max(scale.at(share), 0), WIDTH))


def _past(shares: tuple[float, float] | None) -> str:
    if shares is None:
        return ""
    return "before" if shares[0] < 0 else "after" if shares[1] > BEYOND else ""
