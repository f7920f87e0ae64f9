"""
Two sets of dates for the same plan, and why they differ where they do.

A difference is *first* where everything that it depends on agrees: the early dates of the predecessors, or for late
dates those of the successors, the item's own early dates and the end of the plan. All others follow from a first one.
Each first difference must be one of `EXPLANATIONS`; there is no other excuse.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from consortio.interchange.computed import Computed, ItemDates
from consortio.interchange.engine import schedule_plan
from consortio.interchange.plan import Item, Link, Plan
from tests.judge import reference
from tests.judge.reference import Dates, ReferenceRefused

EFFORTS = ("loe", "wbs_summary")
EARLY = ("start", "finish", "early_start", "early_finish")
LATE = ("late_start", "late_finish")


@dataclass(frozen=True)
class Case:
    """One item, with what its explanation may ask."""

    plan: Plan
    item: Item
    before: tuple[Link, ...]
    after: tuple[Link, ...]
    items: Mapping[str, Item]
    ours: ItemDates
    theirs: Dates
    all_theirs: Mapping[str, Dates]
    side: str


@dataclass(frozen=True)
class Explanation:
    """A known difference: where it may arise, why ours is meant, and what the vendor has published of it."""

    name: str
    sides: tuple[str, ...]
    applies: Callable[[Case], bool]
    because: str
    rule: str


@dataclass
class Verdict:
    """What came of one plan or of many."""

    plans: int = 0
    refused: int = 0
    items: int = 0
    agree: int = 0
    computed_items: int = 0
    computed_agree: int = 0
    clean_plans: int = 0
    explained: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)

    def add(self, other: "Verdict") -> None:
        for name in ("plans", "refused", "items", "agree", "computed_items", "computed_agree", "clean_plans"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.explained += other.explained
        self.unexplained += other.unexplained


def judge(plan: Plan, explanations: tuple[Explanation, ...], ours: Computed | None = None) -> Verdict:
    """Schedule the plan twice (unless `ours` is given), the reference project by project, and compare active items."""
    parts = list(_projects(plan))
    if any(_is_beyond_the_reference(part) for part in parts):
        return Verdict(plans=1, refused=1, explained=Counter({"a plan that the reference cannot schedule": 1}))
    verdict = Verdict(plans=1)
    dates = (ours or schedule_plan(plan)).items
    for part in parts:
        try:
            theirs = reference.schedule(part)
        except ReferenceRefused as refusal:
            return Verdict(plans=1, refused=1, unexplained=[f"{plan.file}: the reference refused: {refusal}"])
        _compare(_Comparison(part, dates, theirs), explanations, verdict)
    verdict.clean_plans = int(verdict.agree == verdict.items)
    return verdict


def _projects(plan: Plan) -> Iterator[Plan]:
    """The plan's projects, each as a plan of its own; none has anything to do with another."""
    for project in plan.projects:
        items = tuple(item for item in plan.items if item.project == project.id)
        own = {item.id for item in items}
        links = tuple(link for link in plan.links if link.pred in own)
        yield replace(plan, projects=(project,), items=items, links=links)


def _compare(comparison: "_Comparison", explanations: tuple[Explanation, ...], verdict: Verdict) -> None:
    for item in comparison.leaves:
        agrees = not comparison.differs(item.id, EARLY + LATE)
        verdict.items += 1
        verdict.agree += agrees
        if not item.manual and item.actual_finish is None:
            verdict.computed_items += 1
            verdict.computed_agree += agrees
    for case in comparison.first_differences():
        _explain(case, explanations, verdict)


def _is_beyond_the_reference(plan: Plan) -> bool:
    """
    It has no date for an as-late-as-possible activity with nothing but start-to-finish links after it, and hangs; and
    none for a link from the start of a summary without active tasks, and fails.
    """
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    efforts = {item.id for item in plan.items if item.kind == "loe"}
    for link in plan.links:
        if link.succ not in efforts:
            kinds[link.pred].add(link.kind)
    if plan.mode == "p6":
        return any(_is_alap(item) and kinds[item.id] == {"SF"} for item in plan.items)
    full = {item.parent for item in plan.items if item.active and not item.is_summary}
    return any(item.is_summary and item.id not in full and kinds[item.id] & {"SS", "SF"} for item in plan.items)


def _explain(case: Case, explanations: tuple[Explanation, ...], verdict: Verdict) -> None:
    for one in explanations:
        if case.side in one.sides and one.applies(case):
            verdict.explained[one.name] += 1
            return
    verdict.unexplained.append(_sentence(case))


def _sentence(case: Case) -> str:
    names = EARLY if case.side == "early" else LATE
    found = [(name, getattr(case.ours, name), getattr(case.theirs, name)) for name in names]
    parts = [f"{name} {ours} not {theirs}" for name, ours, theirs in found if ours != theirs]
    return f"{case.plan.file} item {case.item.id} {case.side}: " + "; ".join(parts)


class _Comparison:
    def __init__(self, plan: Plan, ours: Mapping[str, ItemDates], theirs: Mapping[str, Dates]) -> None:
        self.plan, self.ours, self.theirs = plan, ours, theirs
        self.items = {item.id: item for item in plan.items}
        self.leaves = [item for item in plan.items if not item.is_summary and item.active]
        self.before: defaultdict[str, list[Link]] = defaultdict(list)
        self.after: defaultdict[str, list[Link]] = defaultdict(list)
        self.around = [
            link for link in plan.links if {self.items[link.pred].kind, self.items[link.succ].kind} & {"loe"}
        ]
        for link in self._leaf_links():
            self.before[link.succ].append(link)
            self.after[link.pred].append(link)
        self.same_end = self._end(ours) == self._end(theirs)

    def differs(self, item_id: str, names: tuple[str, ...]) -> bool:
        ours, theirs = self.ours[item_id], self.theirs[item_id]
        return any(getattr(ours, name) != getattr(theirs, name) for name in names)

    def first_differences(self) -> Iterator[Case]:
        for item in self.leaves:
            if self.differs(item.id, EARLY) and self._early_inputs_agree(item):
                yield self._case(item, "early")
            elif self.differs(item.id, LATE) and self._late_inputs_agree(item):
                yield self._case(item, "late")

    def _early_inputs_agree(self, item: Item) -> bool:
        if item.kind in EFFORTS:
            return not any(self.differs(one, EARLY) for one in self._spanned(item))
        asked = {link.pred for link in self.before[item.id]}
        if self.plan.mode == "p6":
            asked = self._seen_through(asked)
        if _is_alap(item):
            asked |= {link.succ for link in self.after[item.id]}
            if self.plan.mode == "p6" and not self.same_end:
                return False  # it is pushed to the end of the plan
        late_too = {one for one in asked if _is_alap(self.items[one])} if self.plan.mode == "msp" else set()
        if (
            _is_alap(item)
            and self.plan.mode == "msp"
            and self.differs(item.id, LATE)
            and not self._late_inputs_agree(item)
        ):
            return False
        return not any(self.differs(one, EARLY) for one in asked) and not any(
            self.differs(one, LATE) for one in late_too
        )

    def _spanned(self, item: Item) -> set[str]:
        """What a level of effort or a WBS summary takes its dates from."""
        if item.kind == "wbs_summary":
            return {one.id for one in self.leaves if one.parent == item.parent and one.kind != "wbs_summary"}
        found = {link.pred for link in self.around if link.succ == item.id}
        return found | {link.succ for link in self.around if link.pred == item.id}

    def _seen_through(self, asked: set[str]) -> set[str]:
        """With what as-late-as-possible ones depend on: dates from before they moved are no longer to be seen."""
        found, waiting = set(asked), [one for one in asked if _is_alap(self.items[one])]
        while waiting:
            before = {link.pred for link in self.before[waiting.pop()]} - found
            found |= before
            waiting += [one for one in before if _is_alap(self.items[one])]
        return found

    def _late_inputs_agree(self, item: Item) -> bool:
        if item.kind in EFFORTS:
            return self.same_end and not any(self.differs(one, EARLY + LATE) for one in self._spanned(item))
        asked = {link.succ for link in self.after[item.id]}
        if self.plan.mode == "p6" and _is_alap(item) and item.actual_start and not item.actual_finish:
            # How long it takes in all counts up to the finish from before it moved.
            before = self._seen_through({link.pred for link in self.before[item.id]})
            if any(self.differs(one, EARLY) for one in before):
                return False
        return (
            self.same_end
            and not self.differs(item.id, ("early_start", "early_finish"))
            and not any(self.differs(one, LATE) for one in asked)
        )

    def _case(self, item: Item, side: str) -> Case:
        before, after = tuple(self.before[item.id]), tuple(self.after[item.id])
        pair = self.ours[item.id], self.theirs[item.id]
        return Case(self.plan, item, before, after, self.items, *pair, self.theirs, side)

    def _end(self, dates: Mapping[str, ItemDates] | Mapping[str, Dates]) -> tuple[datetime | None, datetime | None]:
        """The end of the plan; late dates tell the one before as-late-as-possible tasks moved."""
        own = [dates[item.id] for item in self.leaves if item.kind not in EFFORTS]
        early = max((one.early_finish for one in own if one.early_finish), default=None)
        return early, max((one.late_finish for one in own if one.late_finish), default=None)

    def _leaf_links(self) -> Iterator[Link]:
        """Links between leaves; a link of a summary counts for every active leaf below it."""
        below: defaultdict[str, list[str]] = defaultdict(list)
        for item in self.leaves:
            above = item.parent
            while above is not None:
                below[above].append(item.id)
                above = self.items[above].parent
        for link in self.plan.links:
            if link in self.around:
                continue  # a level of effort drives nothing
            for pred in below[link.pred] if self.items[link.pred].is_summary else [link.pred]:
                for succ in below[link.succ] if self.items[link.succ].is_summary else [link.succ]:
                    if self.items[pred].active and self.items[succ].active:
                        yield Link(pred, succ, link.kind, link.lag_minutes, link.lag_elapsed, link.lag_percent)


def _is_alap(item: Item) -> bool:
    return item.constraint is not None and item.constraint.kind == "alap"
