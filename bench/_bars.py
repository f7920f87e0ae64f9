"""Goals of the engine beside what was measured, as lines of a table; and the machine that it was measured on."""

import os
import platform
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

HEAD = "| | what | beside it | ours | ratio | goal | reached |\n|---|---|---|---|---|---|---|"
REACHED = {True: "yes", False: "**no**", None: "–"}
PACKAGES = {"NumPy": "numpy", "OR-Tools": "ortools", "numba": "numba"}
PROCESSORS = Path("/proc/cpuinfo")


class NotMeasured(Exception):
    """Something that the row needs is not here; the message says what."""


class Bar(NamedTuple):
    """
    One goal.

    Attributes:
        peer, ours: figures with their units. ratio: of both, the way round in which the goal is said.
        is_reached: None where there is nothing to compare with.
    """

    what: str
    peer: str
    ours: str
    ratio: str
    goal: str
    is_reached: bool | None

    def line(self, row: str) -> str:
        return f"| {' | '.join((row, *self[:5], REACHED[self.is_reached]))} |"


def needs(package: str) -> None:
    """
    Raises:
        NotMeasured: the package is not installed.
    """
    if find_spec(package) is None:
        raise NotMeasured(f"{package} is not installed")


def faster(what: str, name: str, theirs: float | str, ours: float, least: float, *, is_asked: bool = True) -> Bar:
    """Ours is to be at least so many times as fast; in parentheses where the goal does not ask for it."""
    goal = f"≥ {least:g}×" if is_asked else f"(≥ {least:g}×)"
    if isinstance(theirs, str):
        return Bar(what, theirs, milliseconds(ours), "–", goal, None)
    peer = f"{name} {milliseconds(theirs)}"
    return Bar(what, peer, milliseconds(ours), f"{theirs / ours:.1f}×", goal, theirs / ours >= least)


def share(what: str, name: str, theirs: float, ours: float, most: float) -> Bar:
    """Ours is to take at most this share of the peer's time."""
    peer, goal = f"{name} {milliseconds(theirs)}", f"≤ {most:g}×"
    return Bar(what, peer, milliseconds(ours), f"{ours / theirs:.2f}×", goal, ours / theirs <= most)


def milliseconds(value: float) -> str:
    return f"{value:.0f} ms" if value >= 100 else f"{value:.1f} ms" if value >= 1 else f"{value:.3f} ms"


def machine() -> str:
    """The day, the processor and the versions."""
    cores, load = os.cpu_count(), os.getloadavg()[0]
    versions = ", ".join(f"{name} {_version(package)}" for name, package in PACKAGES.items())
    python = platform.python_version()
    return f"{date.today():%Y-%m-%d}, {_processor()}, {cores} cores, load {load:.1f}; Python {python}, {versions}."


def _processor() -> str:
    names = PROCESSORS.read_text().splitlines() if PROCESSORS.exists() else []
    found = next((line for line in names if line.startswith("model name")), platform.processor() or platform.machine())
    return found.rpartition(":")[2].strip()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
