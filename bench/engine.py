"""
Measure every goal of the engine beside its peer, in one run, and print them as the table of docs/engine/measurements.md.

    bin/bench engine
    .venv/bin/python -m bench.engine [--rows E1 E2 …] [--data FOLDER] [--seconds 5 30] [--write]

FOLDER is the optional folder of published cases, `shared` beside the checkout if it is not said; rows that need it say so
where it is missing. --write puts the table into the document, and takes all rows. Times are those of the processor, the
best of several rounds, in this process or, where a row says so, in one of its own. trueppm-scheduler is installed into an
environment that is thrown away. What each row asks is told in the document.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "engine" / "src"), str(ROOT / "engine" / "tests")]

from bench import choice, forecast_calibration, judge, levelling, schedule, simulate  # noqa: E402  # found only after the path is set
from bench._bars import HEAD, Bar, NotMeasured, faster, machine, milliseconds, needs, share  # noqa: E402  # found only after the path is set
from bench._document import write_tables  # noqa: E402  # found only after the path is set
from bench._imports import imported  # noqa: E402  # found only after the path is set
from bench._peer import NAME, Peer, trueppm  # noqa: E402  # found only after the path is set

DOCUMENT = ROOT / "docs" / "engine" / "measurements.md"
SIZE = 10_000  # tasks of the largest network
RECORDED = {"velocity": "velocity", "completion date": "nyc_date", "budget": "nyc_budget"}  # in forecast.json
SIMPLE = ("naive", "linear", "mean", "local level")
WORKERS = 2


class Asked(NamedTuple):
    shared: Path
    rounds: int
    seconds: list[float]
    peer: Peer

    @property
    def few(self) -> int:
        """Rounds of what takes long."""
        return min(self.rounds, 3)

    def folder(self, name: str) -> Path:
        """
        A folder of published cases.

        Raises:
            NotMeasured: it is not there.
        """
        path = self.shared / "data" / name
        if not path.is_dir():
            raise NotMeasured(f"the optional folder shared with data/{name} is not here")
        return path

    def known(self, name: str) -> dict:
        return json.loads((self.folder("engine") / name).read_text(encoding="utf-8"))


def main() -> int:
    asked = arguments()
    told = machine()
    lines = [HEAD]
    print(told, HEAD, sep="\n\n", flush=True)
    with trueppm() as peer:
        for row in asked.rows or ROWS:
            for bar in bars(row, Asked(asked.data, asked.rounds, asked.seconds, peer)):
                lines.append(bar.line(row))
                print(lines[-1], flush=True)
    if asked.write:
        write_tables(DOCUMENT, {"measurements": f"{told}\n\n" + "\n".join(lines)})
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="+", choices=ROWS, help="default: all of them")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared", help="the folder of published cases")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, nargs="+", default=[5.0], help="limits of levelling; 30 takes long")
    parser.add_argument("--write", action="store_true", help=f"into {DOCUMENT.relative_to(ROOT)}")
    asked = parser.parse_args()
    if asked.write and asked.rows:
        parser.error("--write takes all rows: a table is of one run.")
    return asked


def bars(row: str, asked: Asked) -> Iterator[Bar]:
    try:
        yield from ROWS[row](asked)
    except NotMeasured as why:
        yield Bar(f"not measured: {why}", "–", "–", "–", "–", None)


def calendars(asked: Asked) -> Iterator[Bar]:
    found = schedule.conversions(schedule.three_calendars()[0], asked.rounds)
    name = "`busday_offset`"
    yield share("a million conversions, arrays", name, found.business_days, max(found.arrays), 2.5)
    needs("numba")
    yield share("a million conversions, compiled", name, found.business_days, max(found.compiled or ()), 0.5)


def dates(asked: Asked) -> Iterator[Bar]:
    three = schedule.three_calendars()
    theirs = schedule.peer_schedule(asked.peer, SIZE, asked.few)
    network = schedule.build(*schedule.random_rows(SIZE), three)
    for speed, word, least in (("plain", "lists", 15), ("fast", "compiled", 100)):
        if speed == "fast":
            needs("numba")
        alone = max(schedule.passes_alone(SIZE, three, mode, speed, asked.rounds) for mode in schedule.MODES)
        yield faster(f"both passes, {word}", NAME, theirs, alone, least)
        whole = max(schedule.whole_schedule(network, mode, speed, asked.rounds) for mode in schedule.MODES)
        yield faster(f"the whole schedule, {word}", NAME, theirs, whole, least, is_asked=False)


def files(asked: Asked) -> Iterator[Bar]:
    exact = judge.exact_files(asked.folder("schedules"))
    for suffix, name in ((".xml", "MS Project XML"), (".xer", "Primavera XER")):
        counted = {path: count for path, count in exact.items() if path.suffix == suffix}
        found = [judge.agreement(path) for path in counted]
        agree, of = sum(one.agree for one in found), sum(one.of for one in found)
        peer = f"MPXJ {sum(counted.values())} of {sum(counted.values())}"
        what = f"starts and finishes as stored, {len(counted)} files of {name}"
        yield Bar(what, peer, f"{agree} of {of}", judge.share(agree, of), "100 %", agree == of > 0)


def edits(asked: Asked) -> Iterator[Bar]:
    for mode in schedule.MODES:
        found = schedule.edit_times(SIZE, schedule.three_calendars(), mode, count=1000, compared=1000)
        what = f"one of {len(found.edits):,} edits, {mode}: median; {len(found.whole):,} answers compared and equal"
        yield faster(what, "whole schedule", found.whole_median, found.median, 100)


def simulation(asked: Asked) -> Iterator[Bar]:
    speeds = ["plain", "fast"] if find_spec("numba") else ["plain"]
    for trials in (1000, 10_000):
        found = simulate.timed(1000, trials, asked.rounds, speeds, asked.peer)
        bare = found["bare numpy"]
        for speed, word, least in (("plain", "NumPy", 4), ("fast", "compiled", 15)):
            if speed not in speeds:
                continue
            for call, name in (("trials", "trials and criticality"), ("simulate", "the whole call")):
                ours, what = found[f"{call}, {speed}"], f"1,000 tasks × {trials:,}: {name}, {word}"
                bar = faster(what, NAME, found[NAME], ours, least, is_asked=call == "trials")
                both = f"{bar.peer}; NumPy alone {milliseconds(bare)}"
                yield bar._replace(peer=both, ratio=f"{bar.ratio}; {bare / ours:.1f}×")
    for speed in speeds:
        seconds, megabytes = simulate.peak(speed)
        what = f"10,000 tasks × 1,000, {speed}: most memory of a process"
        yield Bar(what, "–", f"{megabytes:.0f} MB ({seconds:.1f} s)", "–", "≤ 500 MB", megabytes <= 500)
    needs("numba")


def levelling_at_once(asked: Asked) -> Iterator[Bar]:
    folder = asked.folder("engine/psplib")
    needs("numba")
    for family, most in zip(levelling.FAMILIES, (4, 9, 12), strict=True):
        of = levelling.instances(folder, family)
        simple, found = levelling.instant(of, 0, "fast"), levelling.instant(of, 100, "fast", asked.few)
        ours = f"{100 * found.gap:.1f} %; slowest {milliseconds(found.most_ms)}"
        is_reached = 100 * found.gap <= most and found.most_ms <= 100
        peer, ratio = f"one pass and justification {100 * simple.gap:.1f} %", f"{found.gap / simple.gap:.2f}×"
        yield Bar(f"at once, {of_size(family, of)}", peer, ours, ratio, f"≤ {most} % within 100 ms", is_reached)


def levelling_in_time(asked: Asked) -> Iterator[Bar]:
    folder = asked.folder("engine/psplib")
    needs("ortools")
    for seconds in asked.seconds:
        for family in levelling.FAMILIES:
            of = levelling.instances(folder, family)
            found = levelling.solved(of, {"limit": seconds}, WORKERS, peer=True)
            ours, theirs = found["level"], found["CP-SAT"]
            points, is_all = 100 * (ours.gap - theirs.gap), ours.proved == len(of)
            goal, is_reached = "≤ 0.5 points more", points <= 0.5
            if family == "j30":
                goal, is_reached = f"{goal}, all proved", is_reached and is_all
            peer, own = (f"{100 * one.gap:.1f} %, {one.proved} proved" for one in (theirs, ours))
            what = f"within {seconds:g} s, {of_size(family, of)}"
            yield Bar(what, f"plain CP-SAT {peer}", own, f"{points:+.1f} points", goal, is_reached)


def of_size(family: str, of: list[levelling.Instance]) -> str:
    return f"{len(of)} instances of {family[1:]} jobs: mean gap to the best known"


def forecasts(asked: Asked) -> Iterator[Bar]:
    speeds = forecast_calibration.speeds(asked.rounds).values()
    for readings, at, goal in ((12, 0, "≤ 2 ms"), (60, 2, "(≤ 2 ms)")):
        slowest = max(times[at] for times in speeds)
        what = f"one forecast of {readings} readings, the slowest kind"
        yield Bar(what, "–", milliseconds(slowest), "–", goal, slowest <= 2)
    recorded = asked.known("forecast.json")["results"]
    for name, tallies in forecast_calibration.measures(asked.folder("portfolio")).items():
        simple = min(SIMPLE, key=lambda method: tallies[method].loss)  # at once
        known = min(row[0] for row in recorded[RECORDED[name]].values())
        shown, least = tallies["shown"], min(tallies[simple].loss, known)
        peer = f"{simple} {tallies[simple].loss:.3f}, best recorded {known:.3f}"
        is_reached = shown.loss <= 1.03 * least and 0.75 <= shown.coverage <= 0.85
        ours, goal = f"{shown.loss:.3f}; {shown.coverage:.2f} inside", "≤ 1.03×, 0.75 to 0.85 inside"
        yield Bar(f"loss, {name}", peer, ours, f"{shown.loss / least:.2f}×", goal, is_reached)


def promises(asked: Asked) -> Iterator[Bar]:
    found = forecast_calibration.sprint_promises(asked.folder("portfolio"))
    for (stage, tallies), most in zip(found.items(), (0.190, 0.180, 0.180, 0.178), strict=True):
        rate, ours = tallies["team's rate"].score, tallies["promise model"].score
        what, peer = f"Brier of promises after {stage} % of the sprint", f"team's rate {rate:.3f}"
        yield Bar(what, peer, f"{ours:.3f}", f"{ours / rate:.2f}×", f"≤ {most:.3f}", ours <= most)


def earned_value(asked: Asked) -> Iterator[Bar]:
    known = asked.known("earned_value.json")
    book = asked.folder("registers").parent / known["file"]
    needs("openpyxl")
    from engine_workbook import differing, workbook_figures  # reads the workbook by openpyxl

    found = workbook_figures(book, "planned_percent", known["at_period"])
    agree = len(found) - len(differing(found, known))
    ours, is_all = f"{agree} of {len(found)}", agree == len(found)
    yield Bar("figures, percentage of what was planned", f"workbook {len(found)}", ours, "–", "all", is_all)
    theirs = known["standard_rule_percent_of_budget"]["EV"]
    ours = workbook_figures(book, "percent", known["at_period"])["EV"]
    yield Bar("earned value, percentage of the budget", f"{theirs:,}", f"{ours:,.0f}", "–", "equal", ours == theirs)


def best_choice(asked: Asked) -> Iterator[Bar]:
    needs("ortools")
    for size in choice.SIZES:
        items, budgets, values = size
        rows = choice.race([choice.drawn(*size, seed) for seed in range(5)], 60, asked.few)
        theirs, ours = 1000 * sum(row.theirs for row in rows), 1000 * sum(row.ours for row in rows)
        ratio, proved = choice.ratio_of(rows), sum(row.is_proved for row in rows)
        what = f"five problems of {items} items, {budgets} budgets, {values} values"
        own, is_reached = f"{milliseconds(ours)}, {proved} proved", ratio <= 0.5 and proved == len(rows)
        yield Bar(what, f"HiGHS {milliseconds(theirs)}", own, f"{ratio:.2f}×", "≤ 0.5×, all proved", is_reached)
    cases = asked.known("mknap1.json")
    rows = choice.race(
        [choice.Problem(case["value"], case["weight"], case["capacity"]) for case in cases], 60, asked.few
    )
    equal = sum(row.is_proved and row.value == case["optimum"] for row, case in zip(rows, cases, strict=True))
    theirs, ours = 1000 * sum(row.theirs for row in rows), 1000 * sum(row.ours for row in rows)
    own, peer, ratio = f"{equal} proved; {milliseconds(ours)}", f"HiGHS {milliseconds(theirs)}", choice.ratio_of(rows)
    yield Bar(f"known optima of mknap1, {len(cases)}", peer, own, f"{ratio:.2f}×", "all proved", equal == len(cases))


def start(asked: Asked) -> Iterator[Bar]:
    numpy, ours = imported(["numpy", "consortio_engine"], asked.rounds)
    spent, memory = ours.milliseconds, ours.megabytes
    ratios = (f"{spent / numpy.milliseconds:.2f}×", f"{memory / numpy.megabytes:.2f}×")
    peer, own = f"NumPy {milliseconds(numpy.milliseconds)}", milliseconds(spent)
    yield Bar("import, processor time", peer, own, ratios[0], "≤ 120 ms", spent <= 120)
    peer, own = f"NumPy {numpy.megabytes:.0f} MB", f"{memory:.0f} MB"
    yield Bar("import, most memory of the process", peer, own, ratios[1], "≤ 40 MB", memory <= 40)
    heavy = sorted({"numba", "ortools"} & set(ours.modules))
    yield Bar("import, OR-Tools and numba", "–", ", ".join(heavy) or "not loaded", "–", "not loaded", not heavy)


ROWS: dict[str, Callable[[Asked], Iterator[Bar]]] = {
    "E1": calendars,
    "E2": dates,
    "E3": files,
    "E4": edits,
    "E5": simulation,
    "E6": levelling_at_once,
    "E7": levelling_in_time,
    "E8": forecasts,
    "E9": promises,
    "E10": earned_value,
    "E11": best_choice,
    "E12": start,
}

if __name__ == "__main__":
    raise SystemExit(main())
