"""`consortio-engine forecast INPUT`: will a measure reach its target by a date, and how well such answers held."""

import argparse
from typing import Any

from consortio_engine.command.forecast_file import Readings, read_readings
from consortio_engine.command.pictures.fan import fan_picture
from consortio_engine.command.printing import exit_code, head_of, print_json, print_table
from consortio_engine.command.reading import Refused, read_json, write_text
from consortio_engine.command.words import add_command
from consortio_engine.forecast import Forecast, Outlook, fan, forecast, reach
from consortio_engine.forecast.backtest import Record

ABOUT_FINDINGS = {
    "no_readings": "There is no reading.",
    "too_few_readings": "Fewer than three readings.",
    "no_spread": "Nothing ever changed, or always by the same.",
    "class_alone": "The comparable measures alone say this.",
    "unproven": "Fewer than five earlier moments: whether such answers held cannot be said.",
    "baseline_held_better": "A simple answer held clearly better before, and is shown.",
    "no_better_than_baseline": "So far this has not been better than the simple answers.",
    "trend": "A trend is carried on, and fades.",
    "widened": "Too many earlier outcomes lay outside: the interval is wider.",
}


def add(subparsers: Any) -> None:
    """Add the command's words."""
    add_command(
        subparsers,
        "forecast",
        run,
        about="Forecast a measure with few readings, and say how well such forecasts held.",
        reads="readings in JSON",
        picture="the readings and the fan of the forecast",
        searches=False,
    )


def run(arguments: argparse.Namespace) -> int:
    """Forecast the measure and print what is said of it."""
    given = read_readings(read_json(arguments.input, "forecast"))
    answer = forecast_of(given, arguments.seed or 0)
    if arguments.svg is not None:
        if answer.shown is None:
            raise Refused([f"--svg: there is no answer to draw ({', '.join(answer.findings)})."])
        write_text(arguments.svg, _picture(given, answer))
    if arguments.json:
        print_json(report(answer))
    else:
        _print(given, answer)
    return exit_code(answer.status)


def forecast_of(given: Readings, seed: int) -> Forecast:
    """The answer to what a file asks."""
    words: dict[str, Any] = {"kind": given.kind, "reference": given.reference, "seed": seed, "trend": given.trend}
    if given.target is None:
        return forecast(given.series, given.by, **words)
    return reach(given.series, given.target, **words)


def report(answer: Forecast) -> dict[str, Any]:
    """The answer as JSON has it; the schema is `forecast-answer`."""
    shown = answer.shown
    records = {record.method: _record(record) for record in answer.records}
    return {
        "status": answer.status,
        "chance": None if shown is None else shown.probability,
        "interval": None if answer.interval is None else list(answer.interval),
        "quantiles": None if shown is None else _quantiles(shown),
        "backtest": records if answer.records and answer.records[0].count else None,
        "baselines": {
            one.method: {"chance": one.probability, "quantiles": _quantiles(one)} for one in answer.baselines
        },
        "findings": list(answer.findings),
        "slope": answer.slope,
        "stretch": answer.stretch,
        **head_of(answer),
    }


def _quantiles(outlook: Outlook) -> dict[str, float]:
    return {"10": outlook.low, "50": outlook.middle, "90": outlook.high}


def _record(record: Record) -> dict[str, Any]:
    covered = record.coverage
    return {
        "count": record.count,
        "ahead": record.steps,
        "pinball": record.pinball,
        "brier": record.brier,
        "inside": covered.hits,
        "coverage": None if covered.low is None else [covered.low, covered.high],
    }


def _picture(given: Readings, answer: Forecast) -> str:
    words: dict[str, Any] = {"kind": given.kind, "reference": given.reference, "trend": given.trend}
    opened = fan(answer, given.series, given.by, **words)
    return fan_picture(
        given.series,
        opened,
        title=given.name or "Forecast",
        target=given.target,
        label=given.label,
        are_whole=given.form != "number",
    )


def _print(given: Readings, answer: Forecast) -> None:
    if answer.shown is None:
        print("No answer.")
    else:
        if answer.shown.probability is not None:
            low, high = answer.interval or (0.0, 1.0)
            said = f"{answer.shown.probability:.0%} to meet the target by {given.label(given.by)}"
            print(f"{said} (95 %: {low:.0%} to {high:.0%}).\n")
        rows = [_row("shown: " + answer.method, answer.shown), *(_row(one.method, one) for one in answer.baselines)]
        print_table(("method", "10 %", "50 %", "90 %", "chance"), rows)
    if answer.records and answer.records[0].count:
        print(f"\nAsked at {answer.records[0].count} earlier moments, {answer.records[0].steps} readings ahead:")
        head = ("method", "loss", "brier", "inside 10-90 %")
        print_table(head, [_held(record) for record in answer.records])
    for finding in answer.findings:
        print(ABOUT_FINDINGS[finding])


def _row(name: str, outlook: Outlook) -> list[Any]:
    chance = None if outlook.probability is None else round(outlook.probability, 2)
    return [name, *(_short(value) for value in (outlook.low, outlook.middle, outlook.high)), chance]


def _held(record: Record) -> list[Any]:
    return [record.method, _short(record.pinball), _short(record.brier), f"{record.coverage.hits} of {record.count}"]


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
