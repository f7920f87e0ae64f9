"""
Ask the mutants of one file, in one process and without pytest: the working part of bench/mutations.py, run by mutmut's Python.

    MUTMUT_PYTHON _mutants.py FOLDER FILE SHARE SEED RESULTS

FOLDER/mutants holds what mutmut made. Each mutated function takes the place of the original wherever the engine or the
tests hold it, each mutated method its place in the class, and the quick checks run until one fails. What passes all of them
is left for the whole tests.
"""

import json
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from inspect import signature
from itertools import product
from pathlib import Path
from types import FrameType, ModuleType

from _pytest.outcomes import OutcomeException, Skipped
from hypothesis import Phase, settings

PATIENCE = 3  # times as long as all checks take without a mutant
Check = Callable[[], object]


@dataclass(frozen=True)
class Mutated:
    """A function or method, where it is held, and what mutmut made of it; `as_held` is how it stands there."""

    places: list[tuple[object, str]]
    original: Callable[..., object]
    mutants: dict[str, Callable[..., object]]
    as_held: Callable[..., object]

    def put(self, function: Callable[..., object]) -> None:
        for holder, key in self.places:
            setattr(holder, key, self.as_held(function))


class TooLong(BaseException):
    """The mutant goes on without end: that is noticed too."""


def main() -> None:
    folder, file, share, seed, results = sys.argv[1:]
    sys.path[:0] = [str(Path(folder) / "mutants" / "src"), str(Path(folder) / "mutants" / "tests")]
    module = import_module("consortio_engine." + file.replace("/", "."))
    found_checks = checks_of(file)
    every = mutated_in(module)
    for one in every.values():
        one.put(one.original)
    began = time.process_time()
    checks = [check for check in found_checks if passes(check)]
    seconds = PATIENCE * (time.process_time() - began)
    draw = random.Random(int(seed))
    found = {}
    for _, one in sorted(every.items()):
        for mutant, function in sorted(one.mutants.items()):
            if draw.random() < float(share):
                found[f"{module.__name__}.{mutant}"] = verdict(one, function, checks, seconds)
                Path(results).write_text(json.dumps(found, indent=0))  # each time: a run may be cut off


def passes(check: Check) -> bool:
    """Nothing is changed yet: every check passes, or is left out here for want of the shared cases."""
    try:
        check()
    except Skipped:
        return False
    return True


def mutated_in(module: ModuleType) -> dict[str, Mutated]:
    """What mutmut changed, by its name for it; where its switch stands, the original belongs."""
    found = {}
    for name in names_in(module):
        if (switch := vars(module).get(name.removeprefix("x_"))) is not None:
            places = [
                (holder, key) for holder in holders() for key, value in list(vars(holder).items()) if value is switch
            ]
            found[name] = Mutated(places, vars(module)[f"{name}__mutmut_orig"], mutants_of(module, name), _itself)
    for kind in [
        value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__
    ]:
        for name in names_in(kind):
            method = name.rpartition("ǁ")[2]
            as_held = (
                type(vars(kind)[method]) if isinstance(vars(kind)[method], classmethod | staticmethod) else _itself
            )
            original = vars(kind)[f"{name}__mutmut_orig"]
            found[name] = Mutated([(kind, method)], original, mutants_of(kind, name), as_held)
    return found


def names_in(holder: ModuleType | type) -> list[str]:
    return [key.removesuffix("__mutmut_orig") for key in vars(holder) if key.endswith("__mutmut_orig")]


def holders() -> list[ModuleType]:
    ours = ("consortio_engine", "test_", "engine_")
    return [holder for holder in list(sys.modules.values()) if getattr(holder, "__name__", "").startswith(ours)]


def mutants_of(holder: ModuleType | type, name: str) -> dict[str, Callable[..., object]]:
    start = f"{name}__mutmut_"
    return {key: value for key, value in vars(holder).items() if key.startswith(start) and key[len(start) :].isdigit()}


def _itself(function: Callable[..., object]) -> Callable[..., object]:
    return function


def verdict(one: Mutated, function: Callable[..., object], checks: list[Check], seconds: float) -> str:
    one.put(function)
    signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        for check in checks:
            check()
        return "survived"
    except TooLong:
        return "timeout"
    except (Exception, OutcomeException):  # an assertion, a refusal that did not come, or whatever the mutant breaks
        return "killed"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        one.put(one.original)


def _stop(number: int, frame: FrameType | None) -> None:
    raise TooLong


def checks_of(file: str) -> list[Check]:
    """What is asked, the quick questions first."""
    settings.register_profile("mutants", derandomize=True, database=None, phases=[Phase.explicit, Phase.generate])
    settings.load_profile("mutants")
    names = ["edges", "floats", "passes", "crews", "effort"]
    if file.startswith("privacy/"):
        names = ["privacy", "privacy_release", "privacy_groups", "privacy_attacks"]
    elif file == "calendar":
        names = ["calendar", "calendar_properties", "edges", "crews", "passes"]
    elif file != "clock":
        names += ["progress", "cpm"]
    checks = [check for name in names for check in _tests(import_module(f"test_{name}"))]
    checks.sort(key=lambda check: hasattr(check, "hypothesis"))
    return [*_clock_checks(), *checks] if file in ("clock", "calendar") else checks


def _tests(module: ModuleType) -> Iterator[Check]:
    """The tests of a module that need no fixtures, once for each of their parameters."""
    for name, test in list(vars(module).items()):
        if not name.startswith("test_") or not callable(test):
            continue
        marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
        given = [[_named(mark.args[0], values) for values in mark.args[1]] for mark in marks]
        asked = set(signature(test).parameters)
        for parts in product(*given):
            arguments = {key: value for part in parts for key, value in part.items()}
            if asked == set(arguments):
                check = partial(test, **arguments)
                if hasattr(test, "hypothesis"):
                    check.hypothesis = True  # type: ignore[attr-defined]  # asked last: it takes longest
                yield check


def _named(names: str | tuple[str, ...], values: object) -> dict[str, object]:
    if isinstance(names, str) and "," not in names:
        return {names: values}
    listed = [one.strip() for one in names.split(",")] if isinstance(names, str) else names
    return dict(zip(listed, values, strict=True))  # type: ignore[call-overload]  # several names have several values


def _clock_checks() -> Iterator[Check]:
    tests = import_module("test_clock")

    def laid_out() -> tuple[list, list[int]]:
        calendars = [tests.Calendar.compile(week, {}, tests.FIRST, tests.LAST) for week in tests.WEEKS]
        return calendars, tests.tables(calendars).tolist()

    calendars, table = laid_out()
    for c in range(3):
        yield lambda c=c: tests.test_every_working_minute_begins_and_ends_as_on_fingers(c, calendars, table)
        yield lambda c=c: tests.test_every_minute_is_counted_as_on_fingers(c, calendars, table)
        for d in tests.LENGTHS:
            yield lambda c=c, d=d: tests.test_every_span_of_work_lies_as_on_fingers(c, d, calendars, table)
    yield lambda: tests.test_a_negative_calendar_runs_around_the_clock(table)
    yield lambda: tests.test_the_table_begins_with_a_header_for_each_calendar(*laid_out())
    yield lambda: tests.test_arrays_are_refused_outside_of_the_calendar(0, calendars)


if __name__ == "__main__":
    main()
