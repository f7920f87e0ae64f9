"""Levelling: instances of the project scheduling library with known answers, and its three forms of text."""

import pytest
from engine_cases import shared_cases, shared_folder

from consortio_engine import Cycle
from consortio_engine.resources import InvalidProblem, heuristic, level, psplib, verify
from consortio_engine.resources.justify import Search, makespan
from consortio_engine.resources.layout import Layout

SM = """\
************************************************************************
jobs (incl. supersource/sink ):  4
horizon                       :  9
RESOURCES
  - renewable                 :  1   R
  - nonrenewable              :  0   N
  - doubly constrained        :  0   D
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          1           4
   4        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1
------------------------------------------------------------------------
  1      1     0       0
  2      1     4       2
  3      1     5       1
  4      1     0       0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1
    2
************************************************************************
"""
MM = SM.replace("nonrenewable              :  0", "nonrenewable              :  1").replace("R 1", "R 1  N 1")
MM = MM.replace("  2      1     4       2\n", "  2      1     4       2    0\n         2     2       2    9\n")
MM = MM.replace("   2        1          1", "   2        2          1").replace(
    "     0       0\n", "     0       0    0\n"
)
MM = MM.replace("     5       1\n", "     5       1    0\n").replace("    2\n****", "    2    9\n****")
RCP = "4 1\n2\n0 0 2 2 3\n4 2 1 4\n5 1 1 4\n0 0 0\n"


def known_text(name: str) -> str:
    """The text of an instance with a known answer."""
    return (shared_folder("engine") / "psplib" / name).read_text()


@pytest.mark.parametrize(("text", "finish", "modes"), [(SM, 9, [0] * 4), (RCP, 9, [0] * 4), (MM, 7, [0, 1, 0, 0])])
def test_the_three_forms_of_text_are_read(text, finish, modes):
    asked = psplib(text)

    plan = level(asked, limit=None, deterministic_limit=1.0, workers=1)

    assert (plan.status, plan.finish_at, plan.mode.tolist()) == ("ok", finish, modes)
    assert verify(asked, plan) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The text ends early"),
        ("4 1\n2\n0 0 2 2", "The text ends early"),
        (RCP + "7", "1 numbers are left over after 4 jobs."),
        (SM.replace("   2        1          1           4", "   2        1          2           4"), "names 1 successors of 2"),
        (SM.replace("  3      1     5       1\n", ""), "Job 3 has 0 of 1 modes."),
        (SM.replace("RESOURCEAVAILABILITIES", "NOTHING"), "There are no RESOURCEAVAILABILITIES."),
        (SM.replace("constrained        :  0", "constrained        :  1"), "Doubly constrained"),
        ("PRECEDENCE RELATIONS:\n", "There are no rows below PRECEDENCE RELATIONS."),
        (SM.replace("  2      1     4       2", "  2      1     4      -2"), "Job 2 has 0 of 1 modes."),
    ],
)  # fmt: skip
def test_other_text_is_refused_with_a_sentence(text, said):
    with pytest.raises(InvalidProblem) as refusal:
        psplib(text)

    assert said in refusal.value.faults[0].message


def test_jobs_in_a_ring_are_refused():
    with pytest.raises(Cycle):
        psplib(RCP.replace("5 1 1 4", "5 1 1 2").replace("4 2 1 4", "4 2 1 3"))


def test_generation_and_justification_give_the_known_lengths_of_every_instance():
    known = shared_cases("psplib/truth.json")
    found = {}
    for name in known:
        search = Search(Layout.of(psplib(known_text(name))), "plain")
        modes = (0,) * search.layout.count
        links, placed = search.earliest(modes), search.forward.place(search.latest_finishes(modes), modes)
        assert links is not None and placed is not None
        found[name] = [makespan(one) for one in (links, placed, search.justified(placed))]

    names = ("cpm", "serial_sgs_lft", "with_justification")
    assert found == {name: [case[one] for one in names] for name, case in known.items()}


@pytest.mark.parametrize("name", ["j30_1_1", "j30_5_3", "j30_9_5", "j30_17_2", "j30_29_10", "j60_1_1", "j120_21_4"])
def test_optima_are_proved_within_a_little_work(name):
    known = shared_cases("psplib/truth.json")[f"{name}.rcp"]
    asked = psplib(known_text(f"{name}.rcp"))

    plan = level(asked, limit=None, deterministic_limit=3.0, workers=1)

    assert (plan.status, plan.finish_at, plan.bound) == ("ok", known["optimum"], known["optimum"])
    assert verify(asked, plan) == []


def test_a_hundred_samples_come_within_a_tenth_of_the_best_known():
    name = "j60_25_9.rcp"
    known = shared_cases("psplib/truth.json")[name]

    plan = heuristic(psplib(known_text(name)))

    assert known["lower_bound"] <= plan.finish_at <= 1.1 * known["best_known"]
