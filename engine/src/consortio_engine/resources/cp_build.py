"""A problem as a model of CP-SAT."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consortio_engine.codes import FF, FS, SS
from consortio_engine.resources.cp_steps import Piece, Steps, asked_steps, finishes, pieces_of, prev_finishes
from consortio_engine.resources.goals import Aim, asked_position
from consortio_engine.resources.justify import Placed
from consortio_engine.resources.layout import ANY_TIME, Joint, Layout, Way
from consortio_engine.resources.shortage import amount_of

Ints = NDArray[np.int64]


PIECES_MAX = 30_000


class TooLarge(Exception):
    """Calendars cut the jobs' possible dates into so many stretches that the solver would not get far; it stays inside."""


class Model:
    """
    Variables and constraints of one layout, in steps.

    Attributes:
        cp: the CP-SAT model.
        start, end: per job, an expression; a number where the job is fixed.
        chosen: per job, a literal per mode; empty where there is only one.
        aims: per aim in use, the expression to be minimised, in positions, counts or units as `measure` tells them.
    """

    def __init__(
        self, layout: Layout, steps: Steps, aims: Sequence[Aim], earliest: Ints, look: Callable[[], None]
    ) -> None:
        from ortools.sat.python import cp_model  # lazily: 0.3 s and 97 MB that others never pay

        self.cp: Any = cp_model.CpModel()
        self._of: Any = cp_model
        self.layout, self.steps, self._earliest = layout, steps, earliest
        self._pieces = 0
        self.start: list[Any] = []
        self.end: list[Any] = []
        self.chosen: list[list[Any]] = []
        self._intervals: list[list[Any]] = []
        self._broken: list[Any] = []
        self._images: dict[tuple[object, ...], Any] = {}
        for job in range(layout.count):
            look()
            self._add_job(job)
        for joint in layout.joints:
            look()
            self._add_joint(joint)
        self._add_rooms()
        self._add_used_up()
        self._add_latest()
        self.aims = {aim: self._aim(aim) for aim in aims}

    def placed(self, value: Any) -> Placed:
        """Positions of a solution; `value` tells an expression's value."""
        layout, size = self.layout, self.steps.size
        start, finish, modes = [], [], []
        for job in range(layout.count):
            if layout.is_fixed[job]:
                start.append(int(layout.fixed_start[job]))
                finish.append(int(layout.fixed_finish[job]))
                modes.append(0)
                continue
            start.append(value(self.start[job]) * size)
            finish.append(value(self.end[job]) * size)
            modes.append(next((at for at, literal in enumerate(self.chosen[job]) if value(literal)), 0))
        return Placed(np.array(start, dtype=np.int64), np.array(finish, dtype=np.int64), tuple(modes))

    def hint(self, placed: Placed) -> None:
        """Let the search begin at a plan."""
        self.cp.clear_hints()
        for job in np.flatnonzero(~self.layout.is_fixed).tolist():
            self.cp.add_hint(self.start[job], int(placed.start[job]) // self.steps.size)
            for mode, literal in enumerate(self.chosen[job]):
                self.cp.add_hint(literal, mode == placed.modes[job])

    def _add_job(self, job: int) -> None:
        layout, steps = self.layout, self.steps
        if layout.is_fixed[job]:
            self.start.append(steps.up(int(layout.fixed_start[job])))
            self.end.append(steps.up(int(layout.fixed_finish[job])))
            self.chosen.append([])
            self._intervals.append([])
            return
        ways = layout.ways[job]
        release = min(int(self._earliest[job]) // steps.size, steps.count)
        start = self.cp.new_int_var(release, steps.count, f"start {job}")
        if len(ways) == 1 and (ways[0].by < 0 or ways[0].span == 0):
            end: Any = start + steps.up(ways[0].span)
            self.cp.add(end <= steps.count)
            literals: list[Any] = []
        else:
            end = self.cp.new_int_var(release, steps.count, f"end {job}")
            literals = (
                [self.cp.new_bool_var(f"mode {job} {mode}") for mode in range(len(ways))] if len(ways) > 1 else []
            )
            for mode, way in enumerate(ways):
                self._add_way(start, end, way, release, literals[mode] if literals else None)
            if literals:
                self.cp.add_exactly_one(literals)
        self.start.append(start)
        self.end.append(end)
        self.chosen.append(literals)
        self._intervals.append([self._interval(job, mode, start, end, literals) for mode in range(len(ways))])

    def _add_way(self, start: Any, end: Any, way: Way, release: int, literal: Any) -> None:
        """Join start and end as the mode says, if it is the chosen one."""
        if way.by < 0 or way.span == 0:
            constraint = self.cp.add(end == start + self.steps.up(way.span))
            if literal is not None:
                constraint.only_enforce_if(literal)
            return
        values, valid = finishes(self.layout.axis.parts[way.by], way.span, self.steps, release)
        self._add_pieces(start, end, pieces_of(values, valid), literal)

    def _add_pieces(self, x: Any, y: Any, pieces: list[Piece], literal: Any) -> None:
        """y is the function of x that the pieces tell; x lies on one of them."""
        flags = []
        self._pieces += len(pieces)
        if self._pieces > PIECES_MAX:
            raise TooLarge(self._pieces)
        for piece in pieces:
            flag = self.cp.new_bool_var("")
            self.cp.add_linear_constraint(x, piece.first, piece.last).only_enforce_if(flag)
            self.cp.add(y == (piece.value if piece.shift is None else x + piece.shift)).only_enforce_if(flag)
            flags.append(flag)
        if literal is None:
            self.cp.add_exactly_one(flags)
        else:
            self.cp.add(sum(flags) == literal)

    def _interval(self, job: int, mode: int, start: Any, end: Any, literals: list[Any]) -> Any:
        way = self.layout.ways[job][mode]
        name = f"job {job} {mode}"
        if way.span == 0:
            return None
        if way.by < 0:
            size: Any = self.steps.up(way.span)
            if not literals:
                return self.cp.new_fixed_size_interval_var(start, size, name)
            return self.cp.new_optional_interval_var(start, size, end, literals[mode], name)
        size = self.cp.new_int_var(1, self.steps.count, "")
        if not literals:
            return self.cp.new_interval_var(start, size, end, name)
        return self.cp.new_optional_interval_var(start, size, end, literals[mode], name)

    def _add_joint(self, joint: Joint) -> None:
        layout = self.layout
        if layout.is_fixed[joint.successor]:
            if not layout.is_fixed[joint.predecessor]:
                self._add_bound_joint(joint)
            return
        to_start = joint.type in (FS, SS)
        if to_start:
            self.cp.add(self.start[joint.successor] >= self._asked(joint, None))
            return
        ways, literals = layout.ways[joint.successor], self.chosen[joint.successor]
        for by in sorted({way.by for way in ways}):
            part = None if by < 0 else by
            asked = self.cp.add(self.end[joint.successor] >= self._asked(joint, part))
            if len({way.by for way in ways}) > 1:
                # Only while a mode with that calendar is chosen; several literals enforce together, so negate the rest.
                asked.only_enforce_if([literals[at].negated() for at, way in enumerate(ways) if way.by != by])

    def _asked(self, joint: Joint, part: int | None) -> Any:
        """What a link asks of its successor, in steps; to its finish, what that is for the successor's calendar."""
        begins = joint.type not in (FS, FF)
        end = (self.start if begins else self.end)[joint.predecessor]
        if (joint.lag == 0 or joint.by < 0) and part is None and (joint.lag == 0 or joint.by == -1):
            if not self.layout.is_fixed[joint.predecessor]:
                return end + self.steps.up(joint.lag)
        if self.layout.is_fixed[joint.predecessor]:
            return self._asked_by_fixed(joint, part)
        key = (joint.predecessor, begins, joint.lag, joint.by, joint.type, part)
        if key not in self._images:
            values, valid = asked_steps(self.layout, joint, self.steps)
            if part is not None:
                values = prev_finishes(self.layout.axis.parts[part], values)
            values = np.minimum(self.steps.up_each(values), self.steps.count + 1)
            image = self.cp.new_int_var(int(values.min()), int(values.max()), "")
            self._add_pieces(end, image, pieces_of(values, valid), None)
            self._images[key] = image
        return self._images[key]

    def _asked_by_fixed(self, joint: Joint, part: int | None) -> int:
        """The same for a fixed predecessor, a number."""
        layout = self.layout
        ends = layout.fixed_finish if joint.type in (FS, FF) else layout.fixed_start
        x = asked_position(layout, joint, int(ends[joint.predecessor]))
        if part is not None:
            x = int(prev_finishes(layout.axis.parts[part], np.array([x], dtype=np.int64))[0])
        return self.steps.up(x)

    def _add_bound_joint(self, joint: Joint) -> None:
        """A fixed job does not wait: its predecessor should make it, or a date is broken."""
        layout, size = self.layout, self.steps.size
        own = layout.fixed_start if joint.type in (FS, SS) else layout.fixed_finish
        broken = self.cp.new_bool_var("")
        limit = int(own[joint.successor]) // size
        self.cp.add(self._asked(joint, None) <= limit).only_enforce_if(broken.negated())
        self._broken.append(broken)

    def _add_latest(self) -> None:
        for job in np.flatnonzero(~self.layout.is_fixed & (self.layout.latest != ANY_TIME)).tolist():
            broken = self.cp.new_bool_var("")
            limit = int(self.layout.latest[job]) // self.steps.size
            self.cp.add(self.end[job] <= limit).only_enforce_if(broken.negated())
            self._broken.append(broken)

    def _add_rooms(self) -> None:
        for index, room in enumerate(self.layout.rooms):
            begins, units = self._coarse(room.begins, room.units)
            most = max(units)
            intervals, demands = [], []
            for job, ways in enumerate(self.layout.ways):
                for mode, way in enumerate(ways if not self.layout.is_fixed[job] else ()):
                    need = dict(way.needs).get(index, 0)
                    if need:
                        intervals.append(self._intervals[job][mode])
                        demands.append(need)
            ends = [*begins[1:], self.steps.count]
            for begin, end, free in zip(begins, ends, units, strict=True):
                if free < most and end > begin:
                    intervals.append(self.cp.new_fixed_size_interval_var(begin, end - begin, ""))
                    demands.append(most - free)
            self.cp.add_cumulative(intervals, demands, most)

    def _coarse(self, begins: Ints, units: Ints) -> tuple[list[int], list[int]]:
        """Steps of free units; a step with less at any instant has the least."""
        size, count = self.steps.size, self.steps.count
        lows: dict[int, int] = {}
        ends = [*begins[1:].tolist(), count * size]
        for begin, end, free in zip(begins.tolist(), ends, units.tolist(), strict=True):
            first, last = max(begin, 0) // size, min(-(-end // size), count)
            if begin < count * size and last > first:
                # A step that two values share is cut out and gets the smaller one.
                for step in {first, last - 1}:
                    lows[step] = min(lows.get(step, free), free)
                if last - first > 2:
                    lows[first + 1] = min(lows.get(first + 1, free), free)
        steps = sorted(lows)
        return steps or [0], [lows[step] for step in steps] or [int(units[-1])]

    def _add_used_up(self) -> None:
        for index, resource in enumerate(self.layout.problem.resources):
            if resource.renewable:
                continue
            terms: list[Any] = []
            for job, ways in enumerate(self.layout.ways):
                amounts = [dict(way.used_up).get(index, 0) for way in ways]
                if self.chosen[job]:
                    terms += [amount * literal for amount, literal in zip(amounts, self.chosen[job], strict=True)]
                else:
                    terms.append(amounts[0])
            self.cp.add(sum(terms) <= amount_of(self.layout, index))

    def _aim(self, aim: Aim) -> Any:
        layout, size = self.layout, self.steps.size
        movable = np.flatnonzero(~layout.is_fixed).tolist()
        if aim == "dates":
            return sum(self._broken)
        if aim == "finish":
            fixed = int(layout.fixed_finish[layout.is_fixed].max(initial=0))
            last = self.cp.new_int_var(min(self.steps.up(fixed), self.steps.count), self.steps.count, "finish")
            for job in movable:
                self.cp.add(last >= self.end[job])
            return last * size
        if aim == "lateness":
            late = [job for job in movable if layout.deadline[job] != ANY_TIME]
            return sum(
                int(layout.weight[job]) * self._over(self.end[job] * size - int(layout.deadline[job])) for job in late
            )
        if aim == "moved":
            old = [job for job in movable if layout.old[job] != -ANY_TIME]
            return sum(
                int(layout.weight[job]) * self._distance(self.start[job] * size, int(layout.old[job])) for job in old
            )
        return sum(self._peaks())

    def _over(self, expression: Any) -> Any:
        over = self.cp.new_int_var(0, self.steps.count * self.steps.size, "")
        self.cp.add(over >= expression)
        return over

    def _distance(self, expression: Any, old: int) -> Any:
        distance = self.cp.new_int_var(0, self.steps.count * self.steps.size + abs(old), "")
        self.cp.add(distance >= expression - old)
        self.cp.add(distance >= old - expression)
        return distance

    def _peaks(self) -> list[Any]:
        """The most units taken at once, per renewable resource."""
        peaks = []
        for index, resource in enumerate(self.layout.problem.resources):
            if not resource.renewable:
                continue
            intervals, demands = [], []
            for job, of_job in enumerate(self._intervals):
                for mode, interval in enumerate(of_job):
                    units = self.layout.problem.jobs[job].ways[mode].demand.get(index, 0)
                    if interval is not None and units:
                        intervals.append(interval)
                        demands.append(units)
            peak = self.cp.new_int_var(0, sum(demands), "")
            self.cp.add_cumulative(intervals, demands, peak)
            peaks.append(peak)
        return peaks
