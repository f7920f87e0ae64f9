"""
Codes and positions as plain integers, because compiled kernels know no enumerations.

The passes work on two flat sequences of int64. `rows` holds one row of values per task, what is given and what is
computed side by side; kernels know a task by the position `i` at which its row begins, so that rows[i + SPAN] is its
duration. `arcs` holds one row of ARC_WIDTH values per link, sorted by successor (incoming) or by predecessor
(outgoing), each task's in the order of links. The first columns of `rows` are common to both modes, the rest are each
mode's own.
"""

from consortio_engine.rows import NONE, Constraint, Kind, LinkType

NOT_STARTED, STARTED, FINISHED = 0, 1, 2

NO_DATE = int(NONE)
BEFORE_ALL = -(2**62)
AFTER_ALL = 2**62

FF, FS, SF, SS = int(LinkType.FF), int(LinkType.FS), int(LinkType.SF), int(LinkType.SS)

MILESTONE, START_MILESTONE = int(Kind.MILESTONE), int(Kind.START_MILESTONE)
FINISH_MILESTONE = int(Kind.FINISH_MILESTONE)

ALAP = int(Constraint.ALAP)
MUST_START_ON, MUST_FINISH_ON = int(Constraint.MUST_START_ON), int(Constraint.MUST_FINISH_ON)
START_NO_EARLIER, START_NO_LATER = int(Constraint.START_NO_EARLIER), int(Constraint.START_NO_LATER)
FINISH_NO_EARLIER, FINISH_NO_LATER = int(Constraint.FINISH_NO_EARLIER), int(Constraint.FINISH_NO_LATER)
START_ON, FINISH_ON = int(Constraint.START_ON), int(Constraint.FINISH_ON)

# Rows of tasks, both modes. SPAN is the duration at completion, counted in SPAN_CALENDAR; LEFT what remains; DONE what
# is done; RULE the constraint; BEGUN and ENDED actual dates; OPENING the earliest start without links; CLOSE where
# late dates begin; IN_FROM to IN_TO the positions of incoming arcs, OUT_FROM to OUT_TO of outgoing ones.
STATE, KIND, CALENDAR, SPAN_CALENDAR, SPAN, LEFT, DONE = 0, 1, 2, 3, 4, 5, 6
RULE, RULE_AT, BEGUN, ENDED, OPENING, CLOSE = 7, 8, 9, 10, 11, 12
IN_FROM, IN_TO, OUT_FROM, OUT_TO = 13, 14, 15, 16
EARLY_START, EARLY_FINISH, LATE_START, LATE_FINISH = 17, 18, 19, 20
# PLAIN_IN: nothing but calendar, duration and links to the start decide the early dates; PLAIN_OUT: nothing but
# calendar, duration and links from the finish decide the late dates. Most tasks are so, and the passes are quick there.
PLAIN_IN, PLAIN_OUT = 21, 22

# msp. A MANUAL task has its dates in EARLY_START and EARLY_FINISH from the beginning; LINKED_START is the late start
# that links count from (a started task shows its actual start instead).
MANUAL, DELAY, DEADLINE, LINKED_START, MSP_WIDTH = 23, 24, 25, 26, 27

# p6. RULE2 is the secondary constraint; MUST the project's must-finish-by; END the later of it and the latest early
# finish. SPAN and LEFT are rewritten where progress or an expected finish changes them.
RULE2, RULE2_AT, DATA_DATE, EXPECTED, EXTERNAL_START, EXTERNAL_FINISH = 23, 24, 25, 26, 27, 28
MUST, END, P6_WIDTH = 29, 30, 31

# Rows of arcs. OTHER is the position of the other end's row; ASKED, in incoming arcs, the start that it asked for.
OTHER, LINK_TYPE, LAG, LAG_CALENDAR, ASKED, ARC_WIDTH = 0, 1, 2, 3, 4, 5
