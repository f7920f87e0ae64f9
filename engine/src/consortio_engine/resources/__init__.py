"""
Plans within the limits of resources: an instant answer, an exact solver, an independent checker, and what is short.

Rules, a worked example and measurements are in docs/engine/levelling.md.
"""

from consortio_engine.resources.answer import Levelling, Stage
from consortio_engine.resources.checker import Violation, verify
from consortio_engine.resources.cp_model import level
from consortio_engine.resources.explaining import Bottleneck, Bottlenecks, Gain, bottlenecks
from consortio_engine.resources.from_network import problem_of
from consortio_engine.resources.goals import Aim
from consortio_engine.resources.heuristic import heuristic
from consortio_engine.resources.loads import Load, load
from consortio_engine.resources.problem import InvalidProblem, Problem
from consortio_engine.resources.psplib import psplib
from consortio_engine.resources.rows import Assignment, Job, Mode, Resource
from consortio_engine.resources.wording import Finding

__all__ = [
    "Aim",
    "Assignment",
    "Bottleneck",
    "Bottlenecks",
    "Finding",
    "Gain",
    "InvalidProblem",
    "Job",
    "Levelling",
    "Load",
    "Mode",
    "Problem",
    "Resource",
    "Stage",
    "Violation",
    "bottlenecks",
    "heuristic",
    "level",
    "load",
    "problem_of",
    "psplib",
    "verify",
]
