"""
Calendars, networks and the critical path method in working minutes.

Pure computation: no clock, no files, no network. NumPy is the only requirement; with `numba` installed and
`CONSORTIO_KERNELS=fast` the same loops run compiled, with bit-equal results.
Forecasts of measures are in `consortio_engine.forecast`, choices in `consortio_engine.choice`,
what holds a partnership together in `consortio_engine.ties`.
"""

from consortio_engine.calendar import Calendar, combine, unite
from consortio_engine.cpm import schedule
from consortio_engine.edits import Edits, InvalidEdits, edited, link_of, task_of
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
from consortio_engine.paths import Driver, FloatPath, InvalidQuestion, drivers, float_bands, float_paths
from consortio_engine.results import Finding, InvalidOptions, Options, Schedule
from consortio_engine.revision import reschedule
from consortio_engine.rows import (
    DEFAULT,
    ELAPSED,
    NONE,
    Assignment,
    Constraint,
    Kind,
    Link,
    LinkType,
    Project,
    Task,
    percent_lag,
)
from consortio_engine.settled import settled
from consortio_engine.version import VERSION

__all__ = [
    "DEFAULT",
    "ELAPSED",
    "NONE",
    "VERSION",
    "Assignment",
    "Calendar",
    "Constraint",
    "Cycle",
    "Driver",
    "Edits",
    "EngineError",
    "Fault",
    "Finding",
    "FloatPath",
    "HorizonExceeded",
    "InvalidChoice",
    "InvalidEdits",
    "InvalidForecast",
    "InvalidNetwork",
    "InvalidOptions",
    "InvalidPattern",
    "InvalidTies",
    "InvalidQuestion",
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
    "drivers",
    "edited",
    "float_bands",
    "float_paths",
    "link_of",
    "percent_lag",
    "reschedule",
    "schedule",
    "settled",
    "task_of",
    "unite",
]
