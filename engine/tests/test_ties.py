"""Ties, resilience, concentration, responsibilities: known answers, hand-worked cases, and slow twins."""

from itertools import chain, combinations

import pytest
from engine_cases import shared_cases
from hypothesis import given, settings
from hypothesis import strategies as st

from consortio_engine import InvalidTies
from consortio_engine.ties import (
    Assignment,
    Deliverable,
    Leaving,
    Member,
    RaciFinding,
    disjoint,
    hhi,
    raci,
    resilience,
    wilson,
)


def subsets(things):
    return chain.from_iterable(combinations(things, size) for size in range(len(things) + 1))


def are_tied(people, ties, first, second, gone) -> bool:
    """Whether somebody of the first organisation still reaches somebody of the second."""
    reached = {p for p, who in enumerate(people) if who == first} - gone
    while True:
        new = {b for one in ties for a, b in (one[:2], one[1::-1]) if a in reached and b not in reached | gone}
        if not new:
            return any(people[p] == second for p in reached)
        reached |= new


def fewest_to_leave(people, ties, first, second) -> int:
    """Menger: the smallest group without whom no tie is left."""
    everybody = range(len(people))
    return next(len(gone) for gone in subsets(everybody) if not are_tied(people, ties, first, second, set(gone)))


@st.composite
def networks(draw):
    people = draw(st.lists(st.sampled_from("AABBC"), min_size=2, max_size=7))
    pair = st.lists(st.integers(0, len(people) - 1), min_size=2, max_size=2, unique=True)
    ties = draw(st.lists(st.tuples(pair, st.sampled_from(["board", "work"])), max_size=14))
    return people, [(*ends, level) for ends, level in ties]


@settings(max_examples=200, deadline=None)
@given(networks(), st.booleans(), st.sampled_from([None, "board"]))
def test_as_many_ties_as_people_who_must_leave(network, through_others, level):
    people, ties = network
    allowed = [
        one
        for one in ties
        if (level is None or one[2] == level) and (through_others or "C" not in {people[one[0]], people[one[1]]})
    ]

    found = disjoint(people, ties, "A", "B", level=level, through_others=through_others)

    assert found.count == len(found.paths) == len(found.cut) == fewest_to_leave(people, allowed, "A", "B")
    assert not are_tied(people, allowed, "A", "B", set(found.cut))
    used = [person for path in found.paths for person in path]
    assert len(used) == len(set(used))
    known = {frozenset(one[:2]) for one in allowed}
    for path in found.paths:
        assert (people[path[0]], people[path[-1]]) == ("A", "B")
        assert {people[person] for person in path[1:-1]} <= {"C"}
        assert all(frozenset(pair) in known for pair in zip(path, path[1:], strict=False))


def test_a_single_thread_names_whom_it_hangs_on():
    # Ada knows Bo and Ben; Al knows Bo only: two ties on the board, one at work.
    people = ["A", "A", "B", "B", "C"]
    ties = [
        (0, 2, "board"),
        (0, 3, "board"),
        (1, 2, "board"),
        (0, 2, "work"),
        (3, 0, "work"),
        (1, 4, "work"),
        (4, 3, "work"),
    ]

    board, work = (disjoint(people, ties, "A", "B", level=level) for level in ("board", "work"))
    through = disjoint(people, ties, "A", "B", level="work", through_others=True)

    assert (board.count, work.count, work.cut, work.paths) == (2, 1, (0,), ((0, 2),))
    assert (through.count, through.paths) == (2, ((0, 2), (1, 4, 3)))
    assert disjoint(people, [], "A", "B").count == 0


def test_a_way_that_was_taken_is_given_back():
    # The shortest first tie 0-4 through nobody blocks nothing; 1 reaches 4 only, 0 reaches 3 and 4.
    people = ["A", "A", "A", "B", "B"]
    ties = [(0, 4, ""), (0, 3, ""), (1, 4, ""), (2, 4, "")]

    assert disjoint(people, ties, "A", "B").paths in (((0, 3), (1, 4)), ((0, 3), (2, 4)))


@pytest.mark.parametrize(
    ("ties", "second", "code"),
    [([(0, 2, "")], "B", "unknown_person"), ([(0, -1, "")], "B", "unknown_person"), ([(1, 1, "")], "B", "tie_to_oneself"), ([], "A", "one_organisation")],
)  # fmt: skip
def test_ties_that_are_none_are_refused(ties, second, code):
    with pytest.raises(InvalidTies) as refusal:
        disjoint(["A", "B"], ties, "A", second)

    assert [fault.code for fault in refusal.value.faults] == [code]


def test_the_known_case_of_withdrawal():
    case = shared_cases("resilience.json")
    names = list(case["items"])
    deliverables = [
        Deliverable(
            value=item["value"], needs=item["needs"], after=[names.index(name) for name in item.get("after", [])]
        )
        for item in case["items"].values()
    ]

    found = resilience(deliverables, together=["AB", "AC"])

    assert (found.status, found.index, found.weakest) == ("ok", case["index"], case["weakest"])
    wanted = {"".join(one.who): one.remaining for one in found.leaving}
    assert wanted == pytest.approx({who: left for who, left in case["remaining"].items() if who != "nobody_leaves"})


def test_what_is_lost_is_told_hardest_first():
    items = [
        Deliverable(value=50, needs=[{"A": 1, "B": 0.5}]),
        Deliverable(value=30, needs=[{"B": 1}, {"A": 1}], after=[0]),
    ]

    found = resilience(items)

    assert found.reached == (1.0, 1.0)
    assert found.leaving == (
        Leaving(("A",), 25 / 80, ((1, 30.0), (0, 25.0))),
        Leaving(("B",), 50 / 80, ((1, 30.0),)),
    )


def test_what_nobody_can_reach_has_no_answer():
    assert resilience([Deliverable(value=5, needs=[{}])]).status == "no_answer"
    assert resilience([]).index is None
    free = resilience([Deliverable(value=5)])
    assert (free.status, free.index, free.weakest) == ("ok", 1.0, None)


readiness = st.dictionaries(st.sampled_from("ABC"), st.integers(0, 4).map(lambda ready: ready / 4), max_size=3)


@st.composite
def goals(draw):
    count = draw(st.integers(1, 4))
    return [
        Deliverable(
            value=draw(st.integers(0, 9)),
            needs=draw(st.lists(readiness, max_size=2)),
            after=draw(st.lists(st.integers(0, at - 1), max_size=2, unique=True)) if at else [],
        )
        for at in range(count)
    ]


def slow_reach(goals, at, gone):
    """A deliverable by its words, again and again."""
    met = [max((ready for who, ready in need.items() if who not in gone), default=0) for need in goals[at].needs]
    return min([1.0, *met, *(slow_reach(goals, before, gone) for before in goals[at].after)])


@settings(max_examples=150, deadline=None)
@given(goals())
def test_leaving_is_as_its_words_say_and_two_lose_no_less_than_one(items):
    everybody = sorted({who for one in items for need in one.needs for who in need})
    pairs = list(combinations(everybody, 2))
    found = resilience(items, together=pairs)
    total = sum(one.value * slow_reach(items, at, ()) for at, one in enumerate(items))

    assert (found.status == "no_answer") == (total == 0)
    left = {one.who: one.remaining for one in found.leaving}
    for who, share in left.items():
        kept = sum(one.value * slow_reach(items, at, who) for at, one in enumerate(items))
        assert share == pytest.approx(kept / total) and 0 <= share <= 1
        assert all(share <= left[(one,)] for one in who)
    if left and everybody:
        assert found.index == min(left[(who,)] for who in everybody) == left[(found.weakest,)]


@settings(max_examples=60, deadline=None)
@given(goals(), st.data())
def test_a_substitute_more_never_lowers_what_remains(items, data):
    with_needs = [at for at, one in enumerate(items) if one.needs]
    if not with_needs or resilience(items).status != "ok":
        return
    at = data.draw(st.sampled_from(with_needs))
    first, *rest = items[at].needs
    more = [*items]
    more[at] = Deliverable(value=items[at].value, needs=[first | {"D": 1.0}, *rest], after=items[at].after)

    def kept(deliverables, who):
        return sum(one.value * slow_reach(deliverables, index, who) for index, one in enumerate(deliverables))

    found = {one.who: one.remaining for one in resilience(more).leaving}
    for who, share in found.items():
        assert share * kept(more, ()) >= kept(items, who) - 1e-9


@pytest.mark.parametrize(
    ("items", "together", "codes"),
    [
        ([Deliverable(value=-1)], [], ["no_value"]),
        ([Deliverable(value=float("nan"), after=[1])], [], ["no_value", "unknown_deliverable"]),
        ([Deliverable(value="much", needs=[{"A": "soon"}])], [], ["no_value", "no_readiness"]),
        ([Deliverable(value=1, needs=[{"A": 1.5}])], [], ["no_readiness"]),
        ([Deliverable(value=1, needs=[{"A": float("nan")}])], [], ["no_readiness"]),
        ([Deliverable(value=1, needs=[{"A": 1}])], [["Z"]], ["unknown_organisation"]),
        ([Deliverable(value=1, after=[0])], [], ["ring"]),
        ([Deliverable(value=1, after=[2]), Deliverable(value=1), Deliverable(value=1, after=[0])], [], ["ring", "ring"]),
    ],
)  # fmt: skip
def test_what_cannot_be_weighed_is_refused(items, together, codes):
    with pytest.raises(InvalidTies) as refusal:
        resilience(items, together=together)

    assert [fault.code for fault in refusal.value.faults] == codes


def test_long_chains_need_no_recursion():
    chain_of = [
        Deliverable(value=1, needs=[{"A": 1, "B": 0.5}], after=[at + 1] if at < 4999 else []) for at in range(5000)
    ]

    assert resilience(chain_of).index == 0.5


def test_the_known_concentrations():
    cases = shared_cases("stats.json")["hhi"]
    assert len(cases) == 2
    for case in cases:
        found = hhi(case["shares"])
        assert (found.value, found.normalised) == pytest.approx((case["H"], case["normalised"]), abs=1e-12)
        assert (found.interval, found.count, found.findings) == (None, len(case["shares"]), ())


def test_the_known_intervals_of_shares():
    cases = shared_cases("stats.json")["wilson_95"]
    assert len(cases) == 5
    for hits, count, low, high in cases:
        assert wilson(hits, count) == pytest.approx((low, high), abs=1e-6)


def test_unknown_shares_lie_between_spread_evenly_and_all_with_one():
    # 0.5 and 0.3 are known, 0.2 lies with two others: 0.34 + 2 x 0.01, or 0.34 + 0.04.
    found = hhi([0.5, None, 0.3, None], total=1)

    assert found.interval == pytest.approx((0.36, 0.38))
    assert (found.value, found.normalised, found.shares, found.findings) == (None, None, (0.5, None, 0.3, None), ("unknown_shares",))  # fmt: skip


def test_money_between_two_figures_gives_an_interval_around_the_middles():
    found = hhi([(40, 60), (40, 60)], seed=7)

    assert (found.value, found.normalised, found.shares, found.seed) == (0.5, 0.0, (0.5, 0.5), 7)
    low, high = found.interval
    # Two of 40 to 60: the shares differ by at most a fifth: 0.5 to 0.52.
    assert 0.5 <= low < 0.501 and 0.51 < high <= 0.52
    assert hhi([(40, 60), (40, 60)], seed=7).interval == found.interval != hhi([(40, 60), (40, 60)], seed=8).interval


def test_one_partner_has_everything_and_nothing_is_with_nobody():
    one, none = hhi([5]), hhi([0, 0])

    assert (one.value, one.normalised, one.findings) == (1.0, None, ("one_partner",))
    assert (none.status, none.value, none.count, hhi([]).status) == ("no_answer", None, 2, "no_answer")
    assert hhi([(0, 0), (0, 1)]).value == 1.0


amounts = st.lists(st.integers(0, 1000) | st.tuples(st.integers(0, 50), st.integers(50, 90)), min_size=2, max_size=5)


@settings(max_examples=100, deadline=None)
@given(amounts, st.integers(2, 9))
def test_concentration_has_its_bounds_and_no_unit(values, factor):
    found = hhi(values, draws=20)
    if found.status == "no_answer":
        assert all(value == 0 for value in values)
        return
    stretched = hhi(
        [tuple(factor * end for end in one) if isinstance(one, tuple) else factor * one for one in values], draws=20
    )

    assert 1 / len(values) - 1e-12 <= found.value <= 1 + 1e-12 and 0 <= found.normalised <= 1 + 1e-12
    assert stretched.value == pytest.approx(found.value)
    if found.interval:
        assert 0 <= found.interval[0] <= found.interval[1] <= 1
        assert stretched.interval == pytest.approx(found.interval)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 100), min_size=1, max_size=3), st.lists(st.integers(0, 100), min_size=1, max_size=3))
def test_whatever_the_unknown_amounts_are_the_interval_holds_it(known, hidden):
    total = sum(known) + sum(hidden)
    if total == 0:
        return

    low, high = hhi([*known, *[None] * len(hidden)], total=total).interval

    truth = sum(one**2 for one in (*known, *hidden)) / total**2
    assert low - 1e-12 <= truth <= high + 1e-12


@pytest.mark.parametrize(
    ("values", "options", "code"),
    [
        ([-1], {}, "no_amount"),
        ([float("nan")], {}, "no_amount"),
        (["much"], {}, "no_amount"),
        ([(2, 1)], {}, "upside_down"),
        ([1, None], {}, "total"),
        ([1, None], {"total": 0.5}, "total"),
        ([1], {"total": 1}, "total"),
        ([1], {"draws": 0}, "draws"),
    ],
)
def test_amounts_that_are_none_are_refused(values, options, code):
    with pytest.raises(InvalidTies) as refusal:
        hhi(values, **options)

    assert [fault.code for fault in refusal.value.faults] == [code]


ADA, BO, GONE = (
    Member(organisation="A", is_lead=True),
    Member(organisation="B"),
    Member(organisation="A", has_left=True),
)


def found_in(items, members, *rows, **options):
    return raci(items, members, [Assignment(*row) for row in rows], **options)


def test_a_table_in_order_has_no_findings():
    found = found_in(1, [ADA], (0, 0, "A"), (0, 0, "R"))

    assert (found.findings, found.complete, found.count) == ((), 1, 1)


def test_everything_that_is_missing_or_doubled_is_found():
    rows = [(1, 0, "A"), (1, 1, "A"), (1, 1, "R"), (2, 2, "A"), (2, 2, "R"), (2, 0, "R")]

    found = found_in(3, [ADA, BO, GONE], *rows)

    assert found.findings == (
        RaciFinding("no_accountable", 0),
        RaciFinding("no_responsible", 0),
        RaciFinding("several_accountable", 1, value=2.0),
        RaciFinding("no_lead", 1, 1),
        RaciFinding("person_left", 2, 2),
    )
    assert (found.complete, found.count) == (1, 3)


def test_a_lead_who_has_left_leads_nobody():
    left = Member(organisation="A", is_lead=True, has_left=True)

    assert RaciFinding("no_lead", 0, 1) in found_in(1, [left, Member(organisation="A")], (0, 1, "A")).findings


@pytest.mark.parametrize("count", [7, 8])
def test_more_than_seven_who_hear_are_too_many(count):
    members = [ADA] * 9
    rows = [
        (0, 0, "A"),
        (0, 0, "R"),
        *[(0, person, "C") for person in range(4)],
        *[(0, person, "I") for person in range(3, count)],
    ]

    found = found_in(1, members, *rows)

    assert found.findings == (() if count == 7 else (RaciFinding("many_hearers", 0, value=8.0),))


@pytest.mark.parametrize(("items", "share_max", "is_found"), [(5, 0.4, True), (4, 0.4, False), (5, 0.6, False)])
def test_one_person_accountable_for_much_is_found_from_five_items_on(items, share_max, is_found):
    rows = [(item, 0 if item < 3 else item - 2, "A") for item in range(items)]

    found = found_in(items, [ADA] * 4, *rows, share_max=share_max)

    large = [one for one in found.findings if one.code == "large_share"]
    assert large == ([RaciFinding("large_share", -1, 0, 0.6)] if is_found else [])


@pytest.mark.parametrize(
    ("rows", "options", "code"),
    [
        ([(1, 0, "A")], {}, "unknown_item"),
        ([(0, 1, "A")], {}, "unknown_person"),
        ([(0, 0, "X")], {}, "unknown_role"),
        ([(0, 0, "A"), (0, 0, "A")], {}, "twice"),
        ([], {"share_max": 2}, "share"),
    ],
)
def test_a_table_that_is_none_is_refused(rows, options, code):
    with pytest.raises(InvalidTies) as refusal:
        found_in(1, [ADA], *rows, **options)

    assert [fault.code for fault in refusal.value.faults] == [code]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.sampled_from("RACI")), unique=True))
def test_the_order_of_assignments_changes_nothing(rows):
    first, second = (found_in(3, [ADA, BO, GONE], *each) for each in (rows, rows[::-1]))

    assert (first.findings, first.complete, first.fingerprint) == (second.findings, second.complete, second.fingerprint)
    lacking = {
        one.item for one in first.findings if one.code in ("no_accountable", "several_accountable", "no_responsible")
    }
    assert first.complete == 3 - len(lacking)
