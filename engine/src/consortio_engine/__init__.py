"""
Calendars, networks and the critical path method in working minutes.

Pure computation: no clock, no files, no network. NumPy is the only requirement; with `numba` installed and
`CONSORTIO_KERNELS=fast` the same loops run compiled, with bit-equal results.
Forecasts of measures are in `consortio_engine.forecast`, choices in `consortio_engine.choice`,
what holds a partnership together in `consortio_engine.ties`.
"""

from consortio_engine.calendar import Calendar, combine, unite
from consortio_engine.cpm import schedule
from consortio_engine.errors import (
    Cycle,
    EngineError,
    Fault,
    HorizonExceeded,
    InvalidChoice,
    InvalidForecast,
    InvalidNetwork,
    InvalidPattern,
    InvalidTies,
    SolverMissing,
)
from consortio_engine.network import Network
from consortio_engine.results import Finding, Options, Schedule
from consortio_engine.rows import DEFAULT, ELAPSED, NONE, Constraint, Kind, Link, LinkType, Project, Task
from consortio_engine.version import VERSION

__all__ = [
    "DEFAULT",
    "ELAPSED",
    "NONE",
    "VERSION",
    "Calendar",
    "Constraint",
    "Cycle",
    "EngineError",
    "Fault",
    "Finding",
    "HorizonExceeded",
    "InvalidChoice",
    "InvalidForecast",
    "InvalidNetwork",
    "InvalidPattern",
    "InvalidTies",
    "Kind",
    "Link",
    "LinkType",
    "Network",
    "Options",
    "Project",
    "Schedule",
    "SolverMissing",
    "Task",
    "combine",
    "schedule",
    "unite",
]
