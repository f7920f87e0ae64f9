"""The schedule after an edit: answers are made again where something changed, all others are taken over."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from heapq import heapify, heappop, heappush
from operator import attrgetter
from time import monotonic
from typing import Any

import numpy as np

from consortio_engine.clock import add, work
from consortio_engine.codes import (
    ARC_WIDTH,
    ASKED,
    BEGUN,
    CALENDAR,
    DELAY,
    EARLY_FINISH,
    EARLY_START,
    ENDED,
    FF,
    FINISHED,
    FS,
    IN_FROM,
    IN_TO,
    LAG,
    LAG_CALENDAR,
    LATE_FINISH,
    LATE_START,
    LINK_TYPE,
    MANUAL,
    NOT_STARTED,
    OTHER,
    OUT_FROM,
    OUT_TO,
    SF,
    SPAN_CALENDAR,
    SS,
    STARTED,
    STATE,
)
from consortio_engine.cpm import answer_of, fingerprint_of, schedule
from consortio_engine.edits import Edits, InvalidEdits, changed_values, with_changes
from consortio_engine.errors import Fault, HorizonExceeded
from consortio_engine.floats import latest_one, position_one
from consortio_engine.network import Network
from consortio_engine.passes import PASS_NAMES, passes_of
from consortio_engine.results import Finding, Schedule
from consortio_engine.rows import ELAPSED, NONE, Constraint, Kind
from consortio_engine.trail import Trail, are_quick

FAR = 2**62
PAIRS = ("", "early_", "late_", "remaining_")


def reschedule(network: Network, previous: Schedule, edits: Edits) -> Schedule:
    """
    Return the schedule of the edited network: the very one that `schedule(edited(network, edits), …)` returns.

    Args:
        network: the one that `previous` is the schedule of; `edited` gives the one to go on from.
        previous: from `schedule` or `reschedule`; mode and options are taken over.
        edits: rows that replace others.

    Raises:
        InvalidEdits: rows that are not there, or a schedule of another network.
        InvalidNetwork, HorizonExceeded: as `Network.build` and `schedule`, of the edited network.

    Cost:
        As `schedule` the first time; from then on, for the last schedule and the one before, a copy of each column that
        changes and some microseconds for each task whose dates change. As `schedule` where an edit changes calendars,
        kinds, parents, projects or the ends of links, and wherever something is as late as possible or a level of
        effort; with a late pass over all tasks where the finish of a project moves.
    """
    began = monotonic()
    trail = previous.trail
    if trail is None or not trail.is_about(network, previous.fingerprint):
        if previous.fingerprint != fingerprint_of(network, previous.mode, previous.options):
            raise InvalidEdits([Fault("other_network", -1, "The previous schedule is not one of this network.")])
    changes = changed_values(network, edits)
    after = with_changes(network, edits, changes)
    if not changes:
        return previous
    if not are_quick(network, changes, previous):
        return schedule(after, mode=previous.mode, options=previous.options)
    for known in (trail, None):
        one = known or Trail(network, previous.mode, previous.options, previous.fingerprint)
        with one.lock:
            if one.stand_at(previous.fingerprint):
                return _revised(one, after, changes, previous, began)
    raise AssertionError("A trail just made stands where it was made.")


def _revised(
    trail: Trail, after: Network, changes: dict[str, dict[int, int]], previous: Schedule, began: float
) -> Schedule:
    name = fingerprint_of(after, previous.mode, previous.options)
    trail.write(after, changes, name)
    try:
        moved = trail.forward()
        if trail.moves_a_finish(moved):
            trail.backward_whole()
            passes = passes_of(trail.frame, trail.work, trail.project_finish)
            found = answer_of(after, trail.frame, passes, previous.mode, previous.options, "plain", began)
            return replace(found, trail=trail)
        trail.backward()
        return Revision(trail, previous).answer(moved, name, began)
    except HorizonExceeded:
        trail.undo()
        # Which task leaves the calendars first is for the whole pass to tell.
        return schedule(after, mode=previous.mode, options=previous.options)


class Revision:
    """One schedule being made of another: columns are copied when something in them changes."""

    def __init__(self, trail: Trail, previous: Schedule) -> None:
        self.trail, self.previous, self.network = trail, previous, trail.network
        self.mode, self.options = previous.mode, previous.options
        self.rows, self.width = trail.work.rows, trail.work.width
        self.table = trail.frame.numbers
        self.changed: dict[str, Any] = {}
        self.findings: list[Finding] | tuple[Finding, ...] = previous.findings

    def answer(self, moved: dict[int, int], fingerprint: str, began: float) -> Schedule:
        """The new schedule; `moved` holds the tasks whose early finishes changed."""
        touched = sorted(self.trail.touched)
        flipped = [pair for task in touched for pair in self._drive(task)]
        for task in touched:
            self._date(task)
        near = {other for task in touched for other in self.trail.predecessors(task)}
        for task in sorted(near.union(touched)):
            self._set("free_float", task, self._free_float(task))
        for task in touched:
            self._find(task)
        path = self._mark_path({*moved, *flipped})
        self._roll_up({*touched, *path})
        return replace(
            self.previous,
            **self.changed,
            findings=tuple(self.findings),
            fingerprint=fingerprint,
            elapsed=monotonic() - began,
            trail=self.trail,
        )

    def _column(self, name: str) -> Any:
        return self.changed[name] if name in self.changed else getattr(self.previous, name)

    def _set(self, name: str, at: int, value: int | bool) -> None:
        if self._column(name).item(at) != value:
            if name not in self.changed:
                self.changed[name] = getattr(self.previous, name).copy()
            self.changed[name][at] = value

    def _work(self, i: int, t: int) -> int:
        return work(self.table, self.rows[i + CALENDAR], t)

    def _drive(self, task: int) -> Iterator[int]:
        """Say again which arcs drive the task; yield the predecessors of those of which something else is said now."""
        rows, arcs, i = self.rows, self.trail.work.incoming, task * self.width
        start = rows[i + EARLY_START]
        for k in range(rows[i + IN_FROM], rows[i + IN_TO], ARC_WIDTH):
            asked = arcs[k + ASKED]
            drives = asked == start
            if not drives and NONE != asked < start and rows[i + STATE] != FINISHED:
                drives = self._work(i, asked) == self._work(i, start)
            at = k // ARC_WIDTH
            if drives != self.trail.driving[at]:
                self.trail.set_cell(self.trail.driving, at, drives)
                self._set("driving", self.trail.links[at], drives or self._is_driven_elsewhere(at))
                yield arcs[k + OTHER] // self.width

    def _is_driven_elsewhere(self, at: int) -> bool:
        """Whether another arc of the same link drives: one of a summary has many."""
        if not self.trail.has_many_arcs:
            return False
        link = self.trail.links[at]
        return any(drives and link == other for other, drives in zip(self.trail.links, self.trail.driving, strict=True))

    def _date(self, task: int) -> None:
        """Dates, total float and what follows from it, as in `cpm.answer_of`, for a task that is no summary."""
        rows, i = self.rows, task * self.width
        state, start, finish = rows[i + STATE], rows[i + EARLY_START], rows[i + EARLY_FINISH]
        is_left = state <= STARTED
        is_given = self.mode == "msp" and rows[i + MANUAL]
        begun, ended = rows[i + BEGUN], rows[i + ENDED]
        total = self._total_float(i)
        is_critical = is_left and total <= self.options.critical_float
        values: dict[str, int | bool] = {
            "early_start": start,
            "early_finish": finish,
            "late_start": rows[i + LATE_START],
            "late_finish": rows[i + LATE_FINISH],
            "remaining_start": start if is_left else NONE,
            "remaining_finish": finish if is_left else NONE,
            "start": start if is_given or begun == NONE else begun,
            "finish": finish if is_given or ended == NONE else ended,
            "total_float": total,
            "critical": is_critical,
            "near_critical": is_left and not is_critical and total <= self.options.near_float,
        }
        for name, value in values.items():
            self._set(name, task, value)

    def _total_float(self, i: int) -> int:
        rows = self.rows
        at_start = self._work(i, rows[i + LATE_START]) - self._work(i, rows[i + EARLY_START])
        at_finish = self._work(i, rows[i + LATE_FINISH]) - self._work(i, rows[i + EARLY_FINISH])
        if self.mode == "p6" and rows[i + STATE] == FINISHED:
            return 0
        return self._chosen_float(at_start, at_finish, rows[i + STATE])

    def _chosen_float(self, at_start: int, at_finish: int, state: int) -> int:
        if self.options.total_float == "start":
            return at_start
        if self.options.total_float == "finish" or state != NOT_STARTED:
            return at_finish
        return min(at_start, at_finish)

    def _free_float(self, task: int) -> int:
        """As `floats.free_floats`, for one task."""
        rows, arcs, i = self.rows, self.trail.work.outgoing, task * self.width
        if rows[i + STATE] == FINISHED:
            return 0
        if self.mode == "p6" and (
            self.network.constraint.item(task) == Constraint.MUST_FINISH_ON
            or self.network.expected_finish.item(task) != NONE
        ):
            return 0
        best = FAR
        for k in range(rows[i + OUT_FROM], rows[i + OUT_TO], ARC_WIDTH):
            s, kind, lag = arcs[k + OTHER], arcs[k + LINK_TYPE], arcs[k + LAG]
            if rows[s + STATE] == FINISHED:
                continue
            before = rows[i + EARLY_FINISH] if kind in (FS, FF) else rows[i + EARLY_START]
            if self.mode == "p6":
                after = rows[s + EARLY_START] if kind in (FS, SS) else rows[s + EARLY_FINISH]
                before = self._lagged(task, arcs[k + LAG_CALENDAR], before, kind, lag)
                best = min(best, self._work(i, after) - self._work(i, before))
            else:
                is_start = kind in (SS, SF) and rows[i + EARLY_START] != rows[i + EARLY_FINISH]
                latest = position_one(self.table, rows[i + CALENDAR], self._latest(k, s, kind, lag), is_start)
                best = min(best, latest - self._work(i, before))
        return max(min(best, int(self._column("total_float")[task])), 0)

    def _latest(self, k: int, s: int, kind: int, lag: int) -> int:
        """The latest date of a predecessor by which arc k asks for no later start of its successor; msp."""
        rows, start = self.rows, self.rows[s + EARLY_START]
        latest = latest_one(self.table, self.trail.work.outgoing[k + LAG_CALENDAR], start - rows[s + DELAY], lag)
        if kind in (FS, SS):
            return latest
        c = rows[s + SPAN_CALENDAR] if rows[s + SPAN_CALENDAR] >= ELAPSED else rows[s + CALENDAR]
        return latest_one(
            self.table, c, latest, work(self.table, c, start) - work(self.table, c, rows[s + EARLY_FINISH])
        )

    def _lagged(self, task: int, c: int, t: int, kind: int, lag: int) -> int:
        if kind == SS and lag > 0:
            lag = max(lag - self.trail.frame.actual_duration.item(task), 0)
        moved = add(self.table, c, t, lag)
        return max(moved, int(self.trail.frame.data_date[task])) if lag < 0 else moved

    def _find(self, task: int) -> None:
        """Put the task's findings in the place of its former ones."""
        found = list(self._findings(task))
        low = bisect_left(self.findings, task, key=attrgetter("task"))
        high = bisect_right(self.findings, task, key=attrgetter("task"))
        if list(self.findings[low:high]) != found:
            self.findings = list(self.findings)
            self.findings[low:high] = found

    def _findings(self, task: int) -> Iterator[Finding]:
        """As `findings.findings_of`, for one task that is no summary."""
        network, rows, i = self.network, self.rows, task * self.width
        if network.is_manual.item(task):
            if NONE in (network.manual_start.item(task), network.manual_finish.item(task)):
                yield Finding("manual_without_dates", "warning", task)
            if self.mode == "p6":
                yield Finding("manual_in_p6", "warning", task)
        if self.mode == "msp" and network.constraint2.item(task) != Constraint.ASAP:
            yield Finding("second_constraint_in_msp", "warning", task)
        missing = self._broken_by(i) if rows[i + STATE] == NOT_STARTED else 0
        if missing > 0:
            yield Finding("link_broken", "error", task, missing)
        total = int(self._column("total_float")[task])
        if total < 0 and rows[i + STATE] != FINISHED:
            yield Finding("negative_float", "error", task, total)
        deadline, finish = network.deadline.item(task), self._column("finish").item(task)
        if deadline != NONE and finish > deadline:
            yield Finding("deadline_missed", "error", task, finish - deadline)

    def _broken_by(self, i: int) -> int:
        rows, arcs = self.rows, self.trail.work.incoming
        asked: int = max(arcs[rows[i + IN_FROM] + ASKED : rows[i + IN_TO] : ARC_WIDTH], default=NONE)
        if asked <= rows[i + EARLY_START]:
            return 0
        return self._work(i, asked) - self._work(i, rows[i + EARLY_START])

    def _mark_path(self, suspects: Iterable[int]) -> set[int]:
        """Mark the longest path again from the suspects back; return the tasks whose mark changed."""
        trail, rows, arcs = self.trail, self.rows, self.trail.work.outgoing
        heap = [-trail.place.item(task) for task in suspects]
        heapify(heap)
        changed = set()
        while heap:
            at = heappop(heap)
            while heap and heap[0] == at:
                heappop(heap)
            task = trail.tasks[-at]
            i = task * self.width
            path = self._column("longest_path")
            is_on = rows[i + EARLY_FINISH] == trail.project_finish.item(self.network.project.item(task)) or any(
                trail.driving[trail.twins[k // ARC_WIDTH]] and path.item(arcs[k + OTHER] // self.width)
                for k in range(rows[i + OUT_FROM], rows[i + OUT_TO], ARC_WIDTH)
            )
            if path.item(task) != is_on:
                self._set("longest_path", task, is_on)
                changed.add(task)
                for other in trail.predecessors(task):
                    heappush(heap, -trail.place.item(other))
        return changed

    def _roll_up(self, tasks: set[int]) -> None:
        """Summaries above the tasks, the deepest first."""
        if not self.trail.children:
            return
        above: dict[int, int] = {}
        for task in tasks:
            line, parent = [], self.network.parent.item(task)
            while parent >= 0:
                line.append(parent)
                parent = self.network.parent.item(parent)
            above.update({summary: len(line) - at for at, summary in enumerate(line)})
        for summary in sorted(above, key=above.__getitem__, reverse=True):
            self._span(summary)

    def _span(self, summary: int) -> None:
        """A summary's dates, float and marks from its children's, as in `rollup` and `cpm.answer_of`."""
        children = self.trail.children[summary]
        for name in PAIRS:
            starts, finishes = self._column(name + "start")[children], self._column(name + "finish")[children]
            starts = starts[starts != NONE]
            self._set(name + "start", summary, int(starts.min()) if len(starts) else NONE)
            self._set(name + "finish", summary, int(finishes.max()))
        for name in ("critical", "longest_path"):
            self._set(name, summary, bool(self._column(name)[children].any()))
        state = self._state(summary)
        total = self._summary_float(summary, state)
        is_own = total != NONE and state <= STARTED and total > self.options.critical_float
        self._set("total_float", summary, total)
        self._set("near_critical", summary, is_own and total <= self.options.near_float)
        frame, network = self.trail.frame, self.network
        is_zero = frame.state.item(summary) == FINISHED or (
            self.mode == "p6"
            and (
                network.constraint.item(summary) == Constraint.MUST_FINISH_ON
                or network.expected_finish.item(summary) != NONE
            )
        )
        self._set("free_float", summary, NONE if total == NONE else 0 if is_zero else max(total, 0))

    def _state(self, summary: int) -> int:
        states = self._leaf_states(summary)
        if states == {FINISHED}:
            return FINISHED
        return STARTED if states & {STARTED, FINISHED} else NOT_STARTED

    def _leaf_states(self, summary: int) -> set[int]:
        found, open_ones = set(), [summary]
        while open_ones:
            children = self.trail.children.get(open_ones.pop(), np.empty(0, dtype=np.int64))
            kinds = self.network.kind[children] == Kind.SUMMARY
            leaves = children[~kinds]
            dated = leaves[self._column("early_start")[leaves] != NONE]
            found |= set(np.unique(self.trail.frame.state[dated]).tolist())
            open_ones += children[kinds].tolist()
        return found

    def _summary_float(self, summary: int, state: int) -> int:
        dates: list[int] = [self._column(name).item(summary) for name in PASS_NAMES]
        if dates[0] == NONE:
            return NONE
        if (self.mode == "p6" and state == FINISHED) or (
            self.mode == "msp" and self.network.constraint.item(summary) == Constraint.ALAP
        ):
            return 0
        c = self.trail.frame.calendar.item(summary)
        early_start, early_finish, late_start, late_finish = (work(self.table, c, at) for at in dates)
        return self._chosen_float(late_start - early_start, late_finish - early_finish, state)
