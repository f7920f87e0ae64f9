"""Codes as plain integers, because compiled kernels know no enumerations, and the shapes that kernels share."""

from consortio_engine.kernel import Numbers
from consortio_engine.rows import NONE, Constraint, Kind, LinkType

NOT_STARTED, STARTED, FINISHED = 0, 1, 2

NO_DATE = int(NONE)
BEFORE_ALL = -(2**62)
AFTER_ALL = 2**62

FF, FS, SF, SS = int(LinkType.FF), int(LinkType.FS), int(LinkType.SF), int(LinkType.SS)

MILESTONE, START_MILESTONE = int(Kind.MILESTONE), int(Kind.START_MILESTONE)
FINISH_MILESTONE = int(Kind.FINISH_MILESTONE)

ASAP, ALAP = int(Constraint.ASAP), int(Constraint.ALAP)
MUST_START_ON, MUST_FINISH_ON = int(Constraint.MUST_START_ON), int(Constraint.MUST_FINISH_ON)
START_NO_EARLIER, START_NO_LATER = int(Constraint.START_NO_EARLIER), int(Constraint.START_NO_LATER)
FINISH_NO_EARLIER, FINISH_NO_LATER = int(Constraint.FINISH_NO_EARLIER), int(Constraint.FINISH_NO_LATER)
START_ON, FINISH_ON = int(Constraint.START_ON), int(Constraint.FINISH_ON)

# Columns of tasks, arcs or results, in an order that each kernel's docstring names.
Columns = tuple[Numbers, ...]
