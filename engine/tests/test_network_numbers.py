"""What is no whole number is refused by its row and value; what a fault says names both."""

from dataclasses import fields
from decimal import Decimal

import numpy as np
import pytest
from engine_cases import MONDAY, at, calendar, days, link, network

from consortio_engine import (
    Assignment,
    Constraint,
    Edits,
    InvalidNetwork,
    Kind,
    Link,
    Network,
    Project,
    Task,
    edited,
    reschedule,
    schedule,
)

PLAIN = Project(start=at(MONDAY))
NO_NUMBERS = [
    (float("nan"), "nan; it must be a whole number."),
    (float("inf"), "inf; it must be a whole number."),
    (1.5, "1.5; it must be a whole number."),
    (480.0, "480.0; it must be a whole number."),
    (Decimal(1), "Decimal('1'); it must be a whole number."),
    (True, "True; it must be a whole number."),
    (np.True_, "True; it must be a whole number."),
    ("x", "'x'; it must be a whole number."),
    ("9" * 50, f"'{'9' * 38}…; it must be a whole number."),
    ([], "[]; it must be a whole number."),
    (2**63, "9223372036854775808; it must lie within -2**63 and 2**63 - 1."),
    (-(2**63) - 1, "-9223372036854775809; it must lie within -2**63 and 2**63 - 1."),
    (np.uint64(2**63), "9223372036854775808; it must lie within -2**63 and 2**63 - 1."),
    (10**5000, "of 16610 bits; it must lie within -2**63 and 2**63 - 1."),
]
TASK_NUMBERS = [field.name for field in fields(Task) if field.type is not bool]
DATED = [field.name for field in fields(Task) if field.default is None]


def faults_of(tasks=(), links=(), projects=(PLAIN,), assignments=()) -> list[tuple[str, int, str]]:
    with pytest.raises(InvalidNetwork) as refused:
        Network.build(tasks, links, [calendar()], projects, assignments)
    return [(fault.code, fault.index, fault.message) for fault in refused.value.faults]


@pytest.mark.parametrize(("value", "said"), NO_NUMBERS, ids=[said for _, said in NO_NUMBERS])
def test_what_is_no_whole_number_is_refused_with_its_row_and_value(value, said):
    first, third = days(1), Task(duration=value)

    assert faults_of([first, first, third]) == [("task_number", 2, f"Task 2 has duration {said}")]
    assert faults_of([first, first], [link(0, 1), Link(predecessor=0, successor=1, lag=value)]) == [
        ("link_number", 1, f"Link 1 has lag {said}")
    ]


@pytest.mark.parametrize("name", TASK_NUMBERS)
def test_every_number_of_a_task_is_looked_at(name):
    assert faults_of([days(1), Task(**{name: 2.5})]) == [
        ("task_number", 1, f"Task 1 has {name} 2.5; it must be a whole number.")
    ]


@pytest.mark.parametrize("name", sorted(set(TASK_NUMBERS) - set(DATED)))
def test_no_number_is_one_only_where_there_may_be_none(name):
    assert faults_of([Task(**{name: None})]) == [
        ("task_number", 0, f"Task 0 has {name} None; it must be a whole number.")
    ]
    assert network([Task(**dict.fromkeys(DATED))]).task_count == 1


@pytest.mark.parametrize("name", ["is_manual", "is_active", "is_elapsed"])
@pytest.mark.parametrize(("value", "said"), [(2, "2"), (None, "None"), ("yes", "'yes'"), (0.0, "0.0")])
def test_a_flag_is_true_or_false(name, value, said):
    assert faults_of([Task(**{name: value})]) == [
        ("task_number", 0, f"Task 0 has {name} {said}; it must be true or false.")
    ]


def test_numbers_and_flags_of_numpy_are_taken():
    rows = [
        Task(duration=np.int32(480), deadline=np.int64(7), is_manual=np.True_, is_active=1),
        Task(duration=2**63 - 1),
    ]

    built = network(rows, [Link(predecessor=np.int64(0), successor=np.uint8(1), lag=np.int16(-5))])

    assert built.duration.tolist() == [480, 2**63 - 1]
    assert (built.deadline[0], built.is_manual.tolist(), built.is_active.tolist()) == (7, [1, 0], [1, 1])
    assert (built.successor.tolist(), built.lag.tolist()) == ([1], [-5])


def test_numbers_of_projects_and_assignments_are_looked_at():
    work = [
        Assignment(task=0, calendar=0, work=60),
        Assignment(task="a", calendar=0, work=1.5),
        Assignment(task=0, calendar=0, work=60, opening=True, units="half"),
        Assignment(task=0, calendar=0, work=60, units=True),
    ]

    assert faults_of([days(1)], projects=[PLAIN, Project(start=None, must_finish_by=0.5, calendar="b")]) == [
        ("project_number", 1, "Project 1 has start None; it must be a whole number."),
        ("project_number", 1, "Project 1 has must_finish_by 0.5; it must be a whole number."),
        ("project_number", 1, "Project 1 has calendar 'b'; it must be a whole number."),
    ]
    assert faults_of([days(1)], assignments=work) == [
        ("assignment_number", 1, "Assignment 1 has task 'a'; it must be a whole number."),
        ("assignment_number", 1, "Assignment 1 has work 1.5; it must be a whole number."),
        ("assignment_number", 2, "Assignment 2 has opening True; it must be a whole number."),
        ("units", 2, "Assignment 2 has units of 'half'; they must be a number."),
        ("units", 3, "Assignment 3 has units of True; they must be a number."),
    ]
    assert Network.build([days(1)], [], [calendar()], [PLAIN], work[:1]).assignments == tuple(work[:1])


def test_wrong_numbers_are_told_with_the_other_faults_and_cause_none():
    tasks = [
        Task(duration=float("nan"), calendar=7),
        Task(duration=-5),
        Task(constraint=Constraint.MUST_START_ON, constraint_at="x"),
        Task(actual_finish=5, actual_start="x"),
        Task(parent="x"),
    ]

    assert faults_of(tasks, [Link(predecessor="x", successor=0, lag=None)]) == [
        ("task_number", 0, "Task 0 has duration nan; it must be a whole number."),
        ("task_number", 2, "Task 2 has constraint_at 'x'; it must be a whole number."),
        ("task_number", 3, "Task 3 has actual_start 'x'; it must be a whole number."),
        ("task_number", 4, "Task 4 has parent 'x'; it must be a whole number."),
        ("link_number", 0, "Link 0 has predecessor 'x'; it must be a whole number."),
        ("link_number", 0, "Link 0 has lag None; it must be a whole number."),
        ("unknown_calendar", 0, "Task 0 has calendar 7; there are 1."),
        ("negative_duration", 1, "Task 1 has a negative duration: -5."),
    ]
    assert faults_of([], [Link(predecessor="x", successor=0)]) == [
        ("link_number", 0, "Link 0 has predecessor 'x'; it must be a whole number."),
        ("unknown_successor", 0, "Link 0 has successor 0; there are 0."),
    ]


def test_edits_are_refused_by_the_same_words():
    built = network([days(1), days(1)], [(0, 1)])
    wrong = Edits(tasks={1: Task(duration=1.5, is_active=None)}, links={0: Link(predecessor=0, successor=1, lag=True)})

    for refuse in (lambda: edited(built, wrong), lambda: reschedule(built, schedule(built), wrong)):
        with pytest.raises(InvalidNetwork) as refused:
            refuse()
        assert [(fault.code, fault.index, fault.message) for fault in refused.value.faults] == [
            ("task_number", 1, "Task 1 has duration 1.5; it must be a whole number."),
            ("task_number", 1, "Task 1 has is_active None; it must be true or false."),
            ("link_number", 0, "Link 0 has lag True; it must be a whole number."),
        ]
    assert edited(built, Edits(tasks={1: Task(duration=np.int64(7))})).duration.tolist() == [480, 7]


@pytest.mark.parametrize(
    ("task", "said"),
    [
        (Task(duration=-5), "Task 0 has a negative duration: -5."),
        (Task(remaining=-6), "Task 0 has a negative remaining duration: -6."),
        (Task(actual_duration=-7), "Task 0 has a negative actual duration: -7."),
        (Task(constraint=Constraint.START_NO_LATER), "Task 0 has a constraint without a date: start_no_later."),
        (Task(constraint2=Constraint.FINISH_ON), "Task 0 has a second constraint without a date: finish_on."),
        (
            Task(actual_finish=at("2026-01-06T17:00")),
            "Task 0 has an actual finish without an actual start: 2026-01-06 17:00.",
        ),
        (
            Task(actual_start=at("2026-01-06T08:00"), actual_finish=at("2026-01-05T17:00")),
            "Task 0 finished before it started: 2026-01-05 17:00 is before 2026-01-06 08:00.",
        ),
    ],
)
def test_a_fault_of_a_task_says_the_value(task, said):
    assert [message for _, _, message in faults_of([task])] == [said]


def test_a_fault_of_a_link_or_an_assignment_says_the_value():
    tree = [Task(kind=Kind.SUMMARY), days(1, parent=0)]
    work = [Assignment(task=1, calendar=0, work=60, done=-9), Assignment(task=1, calendar=0, work=60, units=0)]

    assert [message for _, _, message in faults_of(tree, [link(0, 1)], assignments=work)] == [
        "Link 0 joins a summary with a task inside it: 0 with 1.",
        "Assignment 0 has negative work: -9.",
        "Assignment 1 has units of 0; they lie above 0.",
    ]
    assert [
        message for _, _, message in faults_of(tree, assignments=[Assignment(task=1, calendar=4, work=1, opening=5)])
    ] == [
        "Assignment 0 names calendar 4.",
        "Assignment 0 names calendar 5.",
    ]
