"""What the reader of a levelled plan should know."""

from typing import Literal, NamedTuple


class Finding(NamedTuple):
    """
    Something the reader of a levelled plan should know.

    Attributes:
        code: of the problem: `unanswered` (value: bands that nobody answered; they count as 0), `untold` (value: the
            first instant before the finish that no band tells; it counts as 0), `taken_by_fixed` (fixed jobs alone take
            more than there is; value: the most units missing), `never_enough` (no mode of the job ever fits that
            resource; value: the units it needs), `no_time` (its calendar, with those of its resources, holds less working
            time up to the horizon than the job takes; value: its minutes), `used_up` (jobs need more of what does not come back than there is;
            value: units missing at the least);
            of the plan: `date_broken` (a mandatory date; value: minutes late), `deadline_missed` (value: minutes late),
            `link_broken` (a fixed job does not wait; value: minutes), `no_room` (the job finds no room before the
            horizon);
            of the method: `coarsened` (value: minutes per step of the solver, which proves nothing then), `too_large` (calendars cut
            time into too many stretches for the solver: the heuristic's answer), `no_solver`
            (OR-Tools is not installed: the heuristic's answer), `limit_reached` (a stage was not finished),
            `as_soon_as_possible` (an as-late-as-possible task is levelled like any other), `takes_nothing` (units of a task
            that is not scheduled; value: the task).
        severity: "error" (a wish of the plan cannot be met) or "warning" (not computed as asked, or taken as 0).
        job, resource: indices, -1 for none.
        value: a number for the sentence; 0 where there is none.
    """

    code: str
    severity: Literal["error", "warning"]
    job: int = -1
    resource: int = -1
    value: int = 0
