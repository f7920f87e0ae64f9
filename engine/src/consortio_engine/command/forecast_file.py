"""Readings in a file: periods written as numbers, years, quarters, months or days, and what is asked of them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from consortio_engine.command.reading import Refused
from consortio_engine.errors import InvalidForecast
from consortio_engine.forecast import ReferenceClass, Series, Target, reference_class
from consortio_engine.forecast.series import Kind

# How many readings ahead the errors of comparable measures are collected.
AHEAD_OF_REFERENCE = 3


@dataclass(frozen=True)
class Readings:
    """
    What a file asks.

    Attributes:
        name: of the measure, "" without one. form: how its periods are written: "number", "year", "quarter", "month", "day".
    """

    name: str
    kind: Kind
    series: Series
    by: float
    target: Target | None
    trend: bool | None
    reference: ReferenceClass | None
    form: str

    def label(self, at: float) -> str:
        """How a moment is written in the form of the file."""
        return written(at, self.form)


def read_readings(content: dict[str, Any]) -> Readings:
    """
    Return what the checked JSON of `forecast` asks.

    Raises:
        Refused: with every fault and its place.
    """
    faults: list[str] = []
    form = _form(content["by"])
    by = _moment(content["by"], form, "by", faults)
    series = _series(content, form, "", faults)
    others = [_series(one, None, f"reference[{at}].", faults) for at, one in enumerate(content.get("reference", []))]
    target = _target(content, by, faults)
    if series.at and by <= series.at[-1]:
        faults.append(f"by: {content['by']!r} does not lie after the last reading.")
    if faults:
        raise Refused(faults)
    return Readings(
        name=content.get("name", ""),
        kind=content.get("kind", "revised"),
        series=series,
        by=by,
        target=target,
        trend=content.get("trend"),
        reference=reference_class("reference", others, AHEAD_OF_REFERENCE) if others else None,
        form=form,
    )


def written(at: float, form: str) -> str:
    """A moment in the form of the periods; of a fraction the nearest whole one."""
    if form == "number":
        return f"{at:.6g}"
    whole = round(at)
    if form == "day":
        return date.fromordinal(min(max(whole, 1), date.max.toordinal())).isoformat()
    if form == "month":
        return f"{whole // 12:04}-{whole % 12 + 1:02}"
    return f"{whole // 4:04}-Q{whole % 4 + 1}" if form == "quarter" else f"{whole:04}"


def _form(period: float | str) -> str:
    if not isinstance(period, str):
        return "number"
    return {4: "year", 7: "quarter" if "Q" in period else "month", 10: "day"}[len(period)]


def _moment(period: float | str, form: str, place: str, faults: list[str]) -> float:
    """The number that stands for a period of this form; 0 with a fault where it has another."""
    if _form(period) != form:
        faults.append(f"{place}: is {period!r}, and must be written as the others, as a {form}.")
        return 0.0
    if not isinstance(period, str):
        return float(period)
    year = int(period[:4])
    if form == "quarter":
        return float(year * 4 + int(period[-1]) - 1)
    if form == "year":
        return float(year)
    try:
        day = date.fromisoformat(period if form == "day" else f"{period}-01")
    except ValueError:
        faults.append(f"{place}: {period!r} is no {form} of the calendar.")
        return 0.0
    return float(day.toordinal() if form == "day" else year * 12 + day.month - 1)


def _series(content: dict[str, Any], form: str | None, place: str, faults: list[str]) -> Series:
    """The readings that are there; of an empty series with a fault where they make none."""
    values = content["values"]
    periods = content.get("periods", list(range(len(values))))
    if len(periods) != len(values):
        faults.append(f"{place}periods: holds {len(periods)}, and must hold as many as values ({len(values)}).")
        return Series()
    wanted = form or (_form(periods[0]) if periods else "number")
    if "periods" not in content and wanted != "number" and values:
        faults.append(f"{place}periods: is missing, as by is a {wanted}.")
        return Series()
    told = len(faults)
    at = [_moment(period, wanted, f"{place}periods[{row}]", faults) for row, period in enumerate(periods)]
    if len(faults) > told:
        return Series()
    kept = [row for row, value in enumerate(values) if value is not None]
    try:
        return Series(tuple(at[row] for row in kept), tuple(float(values[row]) for row in kept))
    except InvalidForecast as refusal:
        for fault in refusal.faults:
            where = f"{place}periods[{kept[fault.index]}]" if fault.index >= 0 else f"{place}values"
            faults.append(f"{where}: {_told(fault.code, fault.message)}")
        return Series()


def _told(code: str, message: str) -> str:
    return "does not lie after the one before it." if code == "order" else message


def _target(content: dict[str, Any], by: float, faults: list[str]) -> Target | None:
    if content.get("target") is None:
        faults += [f"{name}: has no target." for name in ("direction", "highest") if name in content]
        return None
    try:
        return Target(content["target"], by, content.get("direction", "up"), content.get("highest"))
    except InvalidForecast as refusal:
        faults += [f"{'highest' if fault.code == 'band' else 'target'}: {fault.message}" for fault in refusal.faults]
        return None
