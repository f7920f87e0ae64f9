"""
Where ours and the reference differ on purpose: one table, and the document repeats it.

Each is a known fault or gap of the reference, or a rule on which other programs are clearer; `because` says which.
"""

from tests.judge.clock import WorkClock
from tests.judge.networks import START
from tests.judge.verdict import EARLY, LATE, Case, Explanation

MIDNIGHT = 1440


def _works_at_midnight(case: Case) -> bool:
    known = {one.id: one for one in case.plan.calendars}
    return any(end >= MIDNIGHT for hours in known[case.item.calendar].week for _, end in hours or ())


def _ends_at_midnight(case: Case) -> bool:
    """No work lies between our dates and theirs."""
    if not _works_at_midnight(case):
        return False
    clock = WorkClock(case.item.calendar, {one.id: one for one in case.plan.calendars}, START.date())
    names = EARLY if case.side == "early" else LATE
    pairs = [(getattr(case.ours, name), getattr(case.theirs, name)) for name in names]
    return all(ours == theirs or clock.work(min(ours, theirs), max(ours, theirs)) == 0 for ours, theirs in pairs)


def _nearest_at_midnight(case: Case) -> bool:
    plain = any(link.kind == "SS" and link.lag_minutes == 0 for link in case.after)
    return case.plan.mode == "p6" and plain and _works_at_midnight(case)


def _keeps_finish(case: Case) -> bool:
    kind = case.item.constraint.kind if case.item.constraint else None
    handed = any(link.kind in ("FF", "SF") for link in case.before)
    same_start = case.ours.early_start == case.theirs.early_start
    return case.plan.mode == "p6" and kind in ("mso", "start_on", "snet") and handed and same_start


def _keeps_late_start(case: Case) -> bool:
    bound = case.item.constraint is not None or case.item.constraint2 is not None
    handed = any(link.kind in ("SS", "SF") for link in case.after)
    return case.plan.mode == "p6" and bound and handed and case.ours.late_finish == case.theirs.late_finish


def _adds_lag_twice(case: Case) -> bool:
    return (
        case.plan.mode == "p6"
        and case.item.actual_start is None
        and any(link.kind == "FF" and link.lag_minutes and case.items[link.pred].actual_finish for link in case.before)
    )


EXPLANATIONS: tuple[Explanation, ...] = (
    Explanation(
        "end of work before a period up to midnight",
        ("early", "late"),
        _ends_at_midnight,
        "Asked for the last end of work before an instant, the reference takes midnight for the start of its day, finds "
        "an end that lies ahead and gives up. Ours goes back to the end of the period before. No work lies between.",
    ),
    Explanation(
        "nearest edge of work at midnight",
        ("late",),
        _nearest_at_midnight,
        "The same fault where start-to-start without lag asks for the nearest edge of work: it finds the coming midnight.",
    ),
    Explanation(
        "finish of a link kept against a start constraint",
        ("early",),
        _keeps_finish,
        "A constraint moves the start, but the reference keeps the finish that a finish link handed over, even where it "
        "lies before the start. Ours is the start and the duration.",
    ),
    Explanation(
        "late start of a link kept against a constraint",
        ("late",),
        _keeps_late_start,
        "A constraint pulls the late finish, but the reference keeps the late start that a start link handed over, even "
        "where it lies after the finish. Ours is the late finish less the duration.",
    ),
    Explanation(
        "lag of a finished predecessor added twice",
        ("early",),
        _adds_lag_twice,
        "For finish-to-finish from a finished predecessor the reference adds the lag twice, and to the data date. Ours "
        "adds it once, to the actual finish.",
    ),
)
