"""
Plans within the limits of resources: an instant answer, an exact solver, an independent checker, and what is short.

Rules, a worked example and measurements are in docs/engine/levelling.md.
"""

from consortio_engine.resources.answer import Levelling, Stage
from consortio_engine.resources.checker import Violation, verify
from consortio_engine.resources.cp_model import level
from consortio_engine.resources.goals import Aim
from consortio_engine.resources.heuristic import heuristic
from consortio_engine.resources.problem import InvalidProblem, Problem
from consortio_engine.resources.rows import Assignment, Job, Mode, Resource
from consortio_engine.resources.wording import Finding

__all__ = [
    "Aim",
    "Assignment",
    "Finding",
    "InvalidProblem",
    "Job",
    "Levelling",
    "Mode",
    "Problem",
    "Resource",
    "Stage",
    "Violation",
    "heuristic",
    "level",
    "verify",
]
