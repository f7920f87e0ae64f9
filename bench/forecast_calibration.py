"""
Ask the forecasts about portfolios whose outcomes are known: loss, coverage and Brier scores.

    python bench/forecast_calibration.py --data FOLDER [--write]

The folder holds `sprints/` (Choetkiertikul and others, IEEE TSE 2017) and `nyc/` (capital projects of New York City). With
--write the tables and the diagram go into docs/engine. Nothing is fitted but what methods learn from earlier sprints
or from other projects. Without a folder only the time of a forecast is measured.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "engine" / "src")]

import numpy as np  # noqa: E402  # found only after the path is set

from bench._document import write_tables  # noqa: E402  # found only after the path is set
from bench._portfolio import (  # noqa: E402  # found only after the path is set
    REPOSITORIES,
    STAGES,
    Slip,
    Sprint,
    budgets,
    completion_dates,
    slips,
    sprints,
    velocity,
)
from bench._reliability import diagram  # noqa: E402  # found only after the path is set
from bench._timing import best  # noqa: E402  # found only after the path is set
from consortio_engine.forecast import (  # noqa: E402  # found only after the path is set
    Forecast,
    Question,
    Series,
    Target,
    analogues,
    brier,
    chance,
    fit_promises,
    forecast,
    reference_class,
    team_rate,
    wilson,
)
from consortio_engine.forecast.backtest import scored_loss  # noqa: E402  # found only after the path is set
from consortio_engine.forecast.experts import own_quantiles, pooled  # noqa: E402  # found only after the path is set
from consortio_engine.forecast.series import Kind  # noqa: E402  # found only after the path is set
from consortio_engine.forecast.student import LEVELS  # noqa: E402  # found only after the path is set

DOCUMENT = ROOT / "docs" / "engine" / "forecast.md"
DIAGRAM = ROOT / "docs" / "engine" / "forecast-reliability.svg"
SETS: dict[str, tuple[Kind, Callable[[Path], list[Series]]]] = {
    "velocity": ("flow", velocity),
    "completion date": ("revised", completion_dates),
    "budget": ("revised", budgets),
}
METHODS = ("naive", "linear", "mean", "local level", "method of the kind", "shown")
HISTORY = range(3, 13)
LARGEST_LOSS = 10.0


@dataclass
class Tally:
    """What became of the forecasts of one method, in the order in which they were made."""

    losses: list[float] = field(default_factory=list)
    inside: list[bool] = field(default_factory=list)
    said: list[float] = field(default_factory=list)
    happened: list[bool] = field(default_factory=list)

    @property
    def loss(self) -> float:
        return float(np.mean(self.losses))

    @property
    def coverage(self) -> float:
        return float(np.mean(self.inside))

    @property
    def score(self) -> float:
        return brier(self.said, self.happened)

    def cells(self) -> tuple[str, str, str]:
        low, high = wilson(sum(self.inside), len(self.inside))
        return f"{self.loss:.3f}", f"{self.coverage:.2f} ({low:.2f} to {high:.2f})", f"{self.score:.3f}"


def main() -> int:
    asked = arguments()
    print(speed_table(speeds()))
    if asked.data is None:
        print("No folder of published portfolios is given (--data): nothing else is measured.")
        return 0
    began = process_time()
    tallies = measures(asked.data)
    seconds = process_time() - began
    promises = sprint_promises(asked.data)
    far = judge_slips(slips(asked.data))
    tables = {"measures": measure_table(tallies), "slips": slip_table(far), "promises": promise_table(promises)}
    print(*tables.values(), f"{seconds:.0f} s for the measures", sep="\n\n")
    if asked.write:
        write_tables(DOCUMENT, tables)
        DIAGRAM.write_text(diagram(curves(tallies, promises)), encoding="utf-8")
    return 0


def speeds(rounds: int = 7) -> dict[Kind, list[float]]:
    """Milliseconds of one forecast, and of one with its back-test, of 12 readings, then the same of 60."""
    drawn = np.random.default_rng(1).normal(5, 2, 60)
    others = [Series.of(np.random.default_rng(seed).normal(5, 2, 12).tolist()) for seed in range(20)]
    reference = reference_class("others", others)
    found: dict[Kind, list[float]] = {"revised": [], "flow": [], "cumulative": []}
    for kind, times in found.items():
        values = (drawn.cumsum() if kind == "cumulative" else drawn).tolist()
        for count in (12, 60):
            asked = Question(series=Series.of(values[:count]), kind=kind, by=count + 3, reference=reference)
            times.append(best(lambda asked=asked: own_quantiles(asked), rounds))
            times.append(best(lambda asked=asked: with_back_test(asked), rounds))
    return found


def with_back_test(asked: Question) -> Forecast:
    return forecast(asked.series, asked.by, kind=asked.kind, reference=asked.reference)


def speed_table(found: dict[Kind, list[float]]) -> str:
    rows = ["| milliseconds | 12 readings | with back-test | 60 readings | with back-test |", "|---|---|---|---|---|"]
    rows += [f"| {kind} | " + " | ".join(f"{one:.1f}" for one in times) + " |" for kind, times in found.items()]
    return "\n".join(rows)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the folder of published portfolios")
    parser.add_argument("--write", action="store_true", help="into docs/engine")
    return parser.parse_args()


def measures(folder: Path) -> dict[str, dict[str, Tally]]:
    return {name: measure(kind, read(folder)) for name, (kind, read) in SETS.items()}


def sprint_promises(folder: Path) -> dict[int, dict[str, Tally]]:
    return {stage: judge_promises(sprints(folder, stage)) for stage in STAGES}


def measure(kind: Kind, many: Sequence[Series]) -> dict[str, Tally]:
    """One step ahead at every moment with 3 to 12 readings; the class holds the other series only."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for asked, outcome in moments(kind, many):
        past = asked.series
        targets = targets_of(asked)
        for name, row in answers(asked).items():
            tally = tallies[name]
            tally.losses.append(min(scored_loss(row, outcome) / past.scale, LARGEST_LOSS))
            tally.inside.append(bool(row[9] <= outcome <= row[89]))
            tally.said += [chance(row, target) for target in targets]
            tally.happened += [target.is_met(outcome) for target in targets]
    return tallies


def targets_of(asked: Question) -> list[Target]:
    """Flows: at least the mean so far; revised things: at most the last value; and one mean change more and less."""
    past = asked.series
    centre, direction = (float(np.mean(past.value)), "up") if asked.kind == "flow" else (past.value[-1], "down")
    return [Target(centre + change * past.scale, asked.by, direction) for change in (-1, 0, 1)]


def moments(kind: Kind, many: Sequence[Series]) -> Iterator[tuple[Question, float]]:
    everybody = reference_class("all", many)
    for index, series in enumerate(many):
        others = everybody.without(index)
        for count in HISTORY:
            if count >= len(series.at):
                break
            asked = Question(series=series.first(count), kind=kind, by=series.at[count], reference=others)
            if asked.has_spread:
                yield asked, series.value[count]


def answers(asked: Question) -> dict[str, np.ndarray]:
    alone = own_quantiles(Question(series=asked.series, kind="flow", by=asked.by))
    shown = with_back_test(asked)
    return {
        "naive": alone["naive"],
        "linear": alone["linear"],
        "mean": alone["mean"],
        "local level": alone["local_level"],
        "method of the kind": pooled(asked, own_quantiles(asked)),
        "shown": np.array(shown.quantiles),
    }


def judge_slips(rows: Sequence[Slip]) -> dict[str, Tally]:
    """How far the completion date of the last report lies from the one forecast; cases are those of other projects."""
    owner = np.array([row.project for row in rows])
    pace = np.array([row.slip_days / row.horizon_days for row in rows])
    cases = analogues([row.features for row in rows], pace, owner)
    tallies: dict[str, Tally] = defaultdict(Tally)
    for at, row in enumerate(rows):
        said = {
            "the plan holds": np.zeros(99),
            "all slips, per day of horizon": np.quantile(pace[owner != row.project], LEVELS) * row.horizon_days,
            "the 120 nearest": cases.quantiles(cases.features[at], row.project) * row.horizon_days,
        }
        for name, quantiles in said.items():
            tally = tallies[name]
            tally.losses.append(scored_loss(quantiles, row.slip_days))
            tally.inside.append(bool(quantiles[9] <= row.slip_days <= quantiles[89]))
            tally.said.append(chance(quantiles, Target(0, row.horizon_days, "down")))
            tally.happened.append(row.slip_days <= 0)
    return tallies


def judge_promises(rows: Sequence[Sprint]) -> dict[str, Tally]:
    """Every repository apart: its first half teaches, the second is asked. A team's rate knows its sprints before."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for repository in REPOSITORIES:
        own = [sprint for sprint in rows if sprint.repository == repository]
        half = len(own) // 2
        kept = [sprint.is_kept for sprint in own]
        base = float(np.mean(kept[:half]))
        rates = rates_before(own, base)
        plain = [sprint.features for sprint in own]
        features = [(*row, rate) for row, rate in zip(plain, rates, strict=True)]
        said = {
            "share of the first half": [base] * (len(own) - half),
            "straight line": [float(sprint.is_straight) for sprint in own[half:]],
            "team's rate": rates[half:],
            "promise model without it": fit_promises(plain[:half], kept[:half]).probabilities(plain[half:]).tolist(),
            "promise model": fit_promises(features[:half], kept[:half]).probabilities(features[half:]).tolist(),
        }
        for name, row in said.items():
            tallies[name].said += row
            tallies[name].happened += kept[half:]
    return tallies


def rates_before(own: Sequence[Sprint], base: float) -> list[float]:
    """What each team's rate was before each of its sprints."""
    known: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    rates = []
    for sprint in own:
        kept, made = known[sprint.board]
        rates.append(team_rate(kept, made, base))
        known[sprint.board] = (kept + sprint.is_kept, made + 1)
    return rates


def measure_table(sets: dict[str, dict[str, Tally]]) -> str:
    heads = [f"{name} ({len(tallies['shown'].losses)}) | 80 % | Brier" for name, tallies in sets.items()]
    lines = [f"| | {' | '.join(heads)} |", "|---" * (1 + 3 * len(sets)) + "|"]
    for method in METHODS:
        cells = [cell for tallies in sets.values() for cell in tallies[method].cells()]
        lines.append(f"| {method} | {' | '.join(cells)} |")
    return "\n".join(lines)


def slip_table(tallies: dict[str, Tally]) -> str:
    count = len(tallies["the 120 nearest"].losses)
    lines = [
        f"| final completion ({count} forecasts) | pinball, days | 80 % | Brier of not later |",
        "|---|---|---|---|",
    ]
    for name, tally in tallies.items():
        loss, covered, score = tally.cells()
        lines.append(f"| {name} | {float(loss):.0f} | {covered} | {score} |")
    return "\n".join(lines)


def promise_table(stages: dict[int, dict[str, Tally]]) -> str:
    count = len(stages[STAGES[0]]["promise model"].said)
    lines = [f"| Brier ({count} sprints), after | " + " | ".join(f"{stage} %" for stage in stages) + " |"]
    lines.append("|---" * (1 + len(stages)) + "|")
    for method in stages[STAGES[0]]:
        scores = [f"{tallies[method].score:.3f}" for tallies in stages.values()]
        lines.append(f"| {method} | {' | '.join(scores)} |")
    return "\n".join(lines)


def curves(
    sets: dict[str, dict[str, Tally]], stages: dict[int, dict[str, Tally]]
) -> dict[str, tuple[list[float], list[bool]]]:
    chosen = {
        "measures": [tallies["shown"] for tallies in sets.values()],
        "promises": [tallies["promise model"] for tallies in stages.values()],
    }
    return {
        name: ([one for each in group for one in each.said], [one for each in group for one in each.happened])
        for name, group in chosen.items()
    }


if __name__ == "__main__":
    raise SystemExit(main())
