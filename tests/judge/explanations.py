"""
Where ours and the reference differ on purpose: one table, and the document repeats it.

Each is a known fault or gap of the reference, or a rule on which other programs are clearer; `because` says which, and `rule`
what the vendor has published of it, by the number of the source in the document.
"""

from collections import Counter
from datetime import datetime, time, timedelta

from consortio.interchange.plan import Item
from tests.judge.clock import WorkClock
from tests.judge.networks import START
from tests.judge.verdict import EARLY, LATE, Case, Explanation

MIDNIGHT = 1440


def _works_at_midnight(case: Case) -> bool:
    known = {one.id: one for one in case.plan.calendars}
    return any(end >= MIDNIGHT for hours in known[case.item.calendar].week for _, end in hours or ())


def _ends_at_midnight(case: Case) -> bool:
    return _works_at_midnight(case) and _without_work(case, EARLY if case.side == "early" else LATE)


def _without_work(case: Case, names: tuple[str, ...]) -> bool:
    """No work lies between our dates and theirs."""
    clock = WorkClock(case.item.calendar, {one.id: one for one in case.plan.calendars}, START.date())
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
    limits = (case.item.constraint, case.item.constraint2, case.item.external_late_finish)
    bound = any(one is not None for one in limits)
    handed = any(link.kind in ("SS", "SF") for link in case.after)
    return case.plan.mode == "p6" and bound and handed and case.ours.late_finish == case.theirs.late_finish


def _hands_over_start(case: Case) -> bool:
    """Only the finish differs, by no work of one calendar, and a plain start-to-finish link leads in."""
    starts = {case.items[link.pred].id for link in case.before if link.kind == "SF" and not link.lag_minutes}
    same = case.ours.early_start == case.theirs.early_start
    return bool(starts) and same and (bool(case.item.assignments) or _without_work(case, EARLY))


def _adds_lag_twice(case: Case) -> bool:
    return (
        case.plan.mode == "p6"
        and case.item.actual_start is None
        and any(link.kind == "FF" and link.lag_minutes and case.items[link.pred].actual_finish for link in case.before)
    )


def _counts_back_from_midnight(case: Case) -> bool:
    """An instant from which the reference counts back, before or after its lag or duration, is a midnight."""
    is_late = case.side == "late"
    found: list[datetime | None] = [case.theirs.late_finish] if is_late else [_finish_asked(case.item)]
    links = [(link, link.succ, link.kind[1]) for link in case.after if is_late or _is_alap(case.item)]
    links += [(link, link.pred, link.kind[0]) for link in case.before if not is_late]
    for link, other, edge in links:
        one = case.all_theirs[other]
        start, finish = (one.late_start, one.late_finish) if is_late else (one.early_start, one.early_finish)
        at = start if edge == "S" else finish
        found += [at, *_later(case, at, link.lag_minutes), *_later(case, at, case.item.duration_minutes or 0)]
    return any(at is not None and at.time() == time.min for at in found)


def _finish_asked(item: Item) -> datetime | None:
    """The date from which a constraint of the finish counts the start."""
    asks = item.constraint is not None and item.constraint.kind in ("fnet", "mfo", "finish_on")
    return item.constraint.at if asks and item.constraint else None


def _later(case: Case, at: datetime | None, minutes: int) -> list[datetime]:
    if at is None or minutes == 0:
        return []
    by_the_clock = at + timedelta(minutes=minutes)
    if minutes < 0:
        return [by_the_clock]
    clock = WorkClock(case.item.calendar, {one.id: one for one in case.plan.calendars}, START.date())
    return [by_the_clock, clock.later(at, minutes)]


def _is_alap(item: Item) -> bool:
    return item.constraint is not None and item.constraint.kind == "alap"


def _waits_for_what_moved(case: Case) -> bool:
    moved = {link.pred for link in case.before if _is_alap(case.items[link.pred])}
    return case.plan.mode == "p6" and any(link.succ in moved and link.kind == "SF" for link in case.plan.links)


def _goes_back_to_the_day(case: Case) -> bool:
    constraint = case.item.constraint
    if case.plan.mode != "p6" or constraint is None or constraint.kind != "snet" or constraint.at is None:
        return False
    ours, theirs = case.ours.early_start, case.theirs.early_start
    return theirs < ours and theirs.date() == constraint.at.date()


def _starts_without_work(case: Case) -> bool:
    constraint = case.item.constraint
    return (
        case.plan.mode == "msp"
        and constraint is not None
        and case.theirs.early_start == constraint.at
        and case.ours.early_start > case.theirs.early_start
        and (bool(case.item.assignments) or _without_work(case, ("early_start",)))
    )


def _has_two_dates(case: Case) -> bool:
    is_milestone = case.plan.mode == "p6" and case.item.milestone == "finish"
    return is_milestone and case.theirs.early_start != case.theirs.early_finish


def _keeps_mandatory_hour(case: Case) -> bool:
    constraint = case.item.constraint
    if case.plan.mode != "p6" or constraint is None or constraint.kind not in ("mso", "mfo"):
        return False
    if case.side == "early":
        moves_on = case.theirs.early_finish == constraint.at and case.ours.early_finish > constraint.at
        same_start = case.ours.early_start == case.theirs.early_start
        return constraint.kind == "mfo" and moves_on and same_start and _is_hour_without_work(case, "early_finish")
    handed = case.item.milestone == "start" and any(link.kind in ("SS", "SF") for link in case.after)
    name = "late_finish" if handed else "late_start"
    ours, theirs = getattr(case.ours, name), getattr(case.theirs, name)
    if _counts_back_another_duration(case):
        return bool(ours <= constraint.at)
    return bool(ours < theirs) and _is_hour_without_work(case, name)


def _counts_back_another_duration(case: Case) -> bool:
    """What people decide may end before the date, and an expected finish leaves more: both move the reference's late start."""
    other = bool(case.item.assignments) or case.item.expected_finish is not None
    return other and case.ours.late_finish == case.theirs.late_finish


def _is_hour_without_work(case: Case, name: str) -> bool:
    """What people decide begins in hours that are not the item's alone."""
    return bool(case.item.assignments) or _without_work(case, (name,))


def _begins_after_its_end(case: Case) -> bool:
    ours, theirs = case.ours, case.theirs
    same_finish = ours.late_finish == theirs.late_finish
    return case.item.resource_driven and same_finish and ours.late_start < ours.late_finish <= theirs.late_start


def _hears_finished_successors(case: Case) -> bool:
    direct = Counter((link.pred, link.succ) for link in case.plan.links)
    every = Counter((link.pred, link.succ) for link in case.after)
    through = [link for link in case.after if every[link.pred, link.succ] > direct[link.pred, link.succ]]
    return case.plan.mode == "msp" and any(case.items[link.succ].actual_finish for link in through)


def _miscounts_the_last(case: Case) -> bool:
    """Whether a start-to-start successor has successors, by its own links and by those that really count."""
    if case.plan.mode != "msp":
        return False
    own = {link.pred for link in case.plan.links}
    leaves = {
        link.pred for link in case.plan.links if case.items[link.succ].active and not case.items[link.succ].is_summary
    }
    above = {link.pred for link in case.plan.links if case.items[link.pred].is_summary}
    inside = {item.id for item in case.plan.items if _lies_under(item, above, case)}
    return any(link.kind == "SS" and (link.succ in own - leaves or link.succ in inside) for link in case.after)


def _lies_under(item: Item, summaries: set[str], case: Case) -> bool:
    return item.parent is not None and (
        item.parent in summaries or _lies_under(case.items[item.parent], summaries, case)
    )


def _ties_with_a_sibling(case: Case) -> bool:
    kinds = {"SS", "SF"}
    above = {link.pred for link in case.plan.links if link.kind in kinds and case.items[link.pred].is_summary}
    return case.plan.mode == "msp" and _lies_under(case.item, above, case)


def _is_late_without_work(case: Case) -> bool:
    return case.item.kind == "loe" and _without_work(case, LATE)


def _would_end_before_it_begins(case: Case) -> bool:
    return case.item.kind == "loe" and case.theirs.early_finish < case.theirs.early_start


def _is_bound_from_elsewhere(case: Case) -> bool:
    # What was bound and then moved as late as possible shows the bound no more, but its successors do.
    moved = [case.items[link.pred] for link in case.before if _is_alap(case.items[link.pred])]
    return any(one.external_early_start and one.actual_start for one in (case.item, *moved))


def _begins_before_the_data_date(case: Case) -> bool:
    data_date = case.plan.projects[0].data_date or case.plan.projects[0].start
    return case.item.kind == "loe" and case.theirs.start < data_date <= case.ours.start


def _ends_on_a_day_off(case: Case) -> bool:
    return case.item.kind == "loe" and _without_work(case, EARLY)


def _expects_beside_an_effort(case: Case) -> bool:
    before = [link for link in case.plan.links if link.succ == case.item.id and link.kind in ("FF", "SF")]
    return case.item.expected_finish is not None and any(case.items[link.pred].kind == "loe" for link in before)


def _expects_what_people_work(case: Case) -> bool:
    return case.item.expected_finish is not None and case.item.resource_driven


EXPLANATIONS: tuple[Explanation, ...] = (
    Explanation(
        "end of work before a period up to midnight",
        ("early", "late"),
        _ends_at_midnight,
        "Asked for the last end of work before an instant, the reference takes midnight for the start of its day, finds "
        "an end that lies ahead and gives up. Ours goes back to the end of the period before. No work lies between.",
        "No published rule was found for which of two instants without work between them is shown. Rests on the "
        "calendar: work ends where its period does.",
    ),
    Explanation(
        "nearest edge of work at midnight",
        ("late",),
        _nearest_at_midnight,
        "The same fault where start-to-start without lag asks for the nearest edge of work: it finds the coming midnight.",
        "No published rule was found. Rests on the calendar, as the row above.",
    ),
    Explanation(
        "finish of a link kept against a start constraint",
        ("early",),
        _keeps_finish,
        "A constraint moves the start, but the reference keeps the finish that a finish link handed over, even where it "
        "lies before the start. Ours is the start and the duration.",
        "“Start On” imposes the start date, “Start On or After” the earliest start in the forward pass [1]; the early "
        "finish is the earliest date on which the activity can finish [2], so not before its start.",
    ),
    Explanation(
        "late start of a link kept against a constraint",
        ("late",),
        _keeps_late_start,
        "A constraint, or a bound from another project, pulls the late finish, but the reference keeps the late start that a start link handed over, even "
        "where it lies after the finish. Ours is the late finish less the duration.",
        "“… on or Before” is imposed in the backward pass and limits the late date [1]; the late start is when the "
        "remaining work must begin [2], so not after the late finish.",
    ),
    Explanation(
        "finish of a start-to-finish link without lag",
        ("early",),
        _hands_over_start,
        "Both programs show the predecessor's start as the successor's finish, 08:00 and not 17:00 of the day before (so "
        "in every file at hand with such a link). The reference goes back to the end of the work.",
        "Such a link is there where “the start date of Task 1 determines the finish date of Task 2” [8]. The hour that is shown is published "
        "nowhere: evidence are the dates stored in files.",
    ),
    Explanation(
        "start-to-finish before an as-late-as-possible predecessor",
        ("early",),
        _waits_for_what_moved,
        "The difference before, one task on: what drives here is the date that the predecessor had before it was moved "
        "as late as possible, and that one is no longer to be seen.",
        "“As Late As Possible” moves early dates without affecting successors [1].",
    ),
    Explanation(
        "lag of a finished predecessor added twice",
        ("early",),
        _adds_lag_twice,
        "For finish-to-finish from a finished predecessor the reference adds the lag twice, and to the data date. Ours "
        "adds it once, to the actual finish.",
        "Lag is the time between the predecessor's start or finish and the successor's [3]: it counts once.",
    ),
    Explanation(
        "time counted back from midnight",
        ("early", "late"),
        _counts_back_from_midnight,
        "Counting back from 00:00 in a calendar that does not work then, the reference stays on the day it stands on. "
        "Ours goes back from the last end of work.",
        "No published rule was found. Rests on the calendar, as the first row.",
    ),
    Explanation(
        "start no earlier than, on the very day",
        ("early",),
        _goes_back_to_the_day,
        "Where links or the data date ask for a later hour of the constraint's own day, the reference goes back to the "
        "constraint and breaks them. Ours keeps the later start.",
        "“Start On or After” is imposed only if the calculated early start is earlier than the imposed date [1]; here "
        "it is later.",
    ),
    Explanation(
        "start constraint at an hour without work",
        ("early",),
        _starts_without_work,
        "Where links and a constraint meet, the reference starts at the constraint even when nobody works then. MS Project "
        "starts at the next hour of work (so in every file at hand), and so does ours.",
        "Calendars decide when tasks are scheduled [9]. No published rule was found for this case: evidence are the "
        "dates stored in files.",
    ),
    Explanation(
        "finish milestone with two dates",
        ("early",),
        _has_two_dates,
        "The reference gives a finish milestone a finish before its start when its date has no work. A milestone has one "
        "date: its start (so in a real programme at hand).",
        "A milestone is an activity of zero duration [4]. For its dates: those stored in a file.",
    ),
    Explanation(
        "mandatory date at an hour without work",
        ("early", "late"),
        _keeps_mandatory_hour,
        "Where nobody works at the hour of a “Mandatory Finish”, the reference keeps it as the early finish. As the late start under a “Mandatory "
        "Start” it takes the late finish less the duration, which is the next hour of work, and for a start milestone the hour itself, or "
        "the late start that a start link handed over. Ours is the next hour of work as the early finish, and the end of work before as the late start.",
        "“When mandatory constraints are placed on calendar nonworktime, the early date is moved forward to the next valid "
        "worktime and the late date is moved back (earlier) to the first valid worktime” [1]; so the two are not set to one date, as the page of “Mandatory Finish” says [13].",
    ),
    Explanation(
        "late start after the late finish",
        ("late",),
        _begins_after_its_end,
        "What people decide ends at the last hour in which somebody can begin, which may lie before the late start that a link hands "
        "over. The reference shows both. Ours is the late finish less the work.",
        "The late start is when the remaining work must begin [2], so not after the late finish.",
    ),
    Explanation(
        "finished successors through a summary's link",
        ("late",),
        _hears_finished_successors,
        "Finished successors no longer bound anybody. The reference forgets that for links that come from a summary.",
        "No published rule was found: Microsoft tells late dates by those of all successors [10] and says nothing of "
        "finished ones. Rests on the reference itself, which leaves finished ones out for every other link.",
    ),
    Explanation(
        "last of its chain",
        ("late",),
        _miscounts_the_last,
        "For start-to-start the reference asks whether the successor has successors itself; it counts inactive ones and "
        "overlooks those that come from a summary's link. Ours counts the links that count.",
        "Inactive tasks “will no longer be taken into account by the scheduling engine” [11]. No published rule was found "
        "for links of summaries.",
    ),
    Explanation(
        "late dates of a level of effort at hours without work",
        ("late",),
        _is_late_without_work,
        "The reference shows the end of work for a late start that follows it, and takes a finish that has happened back to "
        "the end of work. Ours is the next hour of work, as for early starts, and the finish as it was; no work lies between.",
        "Its dates come from the activities that it depends on [5]. No published rule was found for the hour.",
    ),
    Explanation(
        "level of effort that would end before it begins",
        ("early",),
        _would_end_before_it_begins,
        "Where what gives the finish has happened and what gives the start has not, the reference shows a finish before "
        "the start. Ours ends where it begins.",
        "No published rule was found for this case; its duration comes from the activities that it depends on [5], "
        "and no duration is negative.",
    ),
    Explanation(
        "level of effort before the data date",
        ("early",),
        _begins_before_the_data_date,
        "A link with a lag asks for a start before the data date although nothing has happened, and the reference shows "
        "it. Ours begins at the data date.",
        "The data date is the starting point from which the schedule is calculated [6].",
    ),
    Explanation(
        "end of a level of effort at an hour without work",
        ("early",),
        _ends_on_a_day_off,
        "Where a level of effort ended at the data date and nobody works then, the reference shows the next hour of work "
        "as its early finish. Ours is the finish; no work lies between.",
        "Its dates come from the activities that it depends on [5]. No published rule was found for the hour.",
    ),
    Explanation(
        "expected finish beside a level of effort",
        ("early",),
        _expects_beside_an_effort,
        "Links to the finish override an expected finish. The reference counts those from levels of effort too; ours does "
        "not, because a level of effort drives nothing.",
        "No published rule was found: the option schedules finish dates as the expected ones [7] and says nothing of "
        "links to the finish.",
    ),
    Explanation(
        "expected finish of what resources drive",
        ("late",),
        _expects_what_people_work,
        "An expected finish decides how much is left. The reference leaves the remaining work as it was, and so begins "
        "later than it ends early.",
        "“Use Expected Finish Dates” schedules the activity's finish as the expected one [7]; what is left follows "
        "from that.",
    ),
    Explanation(
        "bound from another project on what has begun",
        ("early",),
        _is_bound_from_elsewhere,
        "The reference counts the whole duration from the bound, although only the rest is left, and gives a finished "
        "activity an early finish before its early start. Ours counts what remains.",
        "Bounds of finish links are counted with the remaining duration [12].",
    ),
    Explanation(
        "earliest task of a summary",
        ("late",),
        _ties_with_a_sibling,
        "A start link of a summary goes out from its earliest task. Where several start together each program takes "
        "another one.",
        "No published rule was found for tasks that start together.",
    ),
)
