"""docs/kpis.md against the code."""

import re
from datetime import date
from decimal import Decimal as D
from pathlib import Path

from consortio.kpis.attainment import Keep, Reach, Status, Weighted, attainment, roll_up, standing, status_words
from consortio.kpis.evaluating import Missing, evaluate
from consortio.kpis.formulas import DEPTH_MAX, FUNCTIONS, LENGTH_MAX, REFERENCES_MAX, parse
from consortio.kpis.intervals import DIGITS, Interval
from consortio.kpis.periods import FIRST_YEAR, LAST_YEAR
from consortio.kpis.periods import parse as parse_period

PAGE = (Path(__file__).parents[3] / "docs" / "kpis.md").read_text()
WORDS = " ".join(PAGE.split())


def rows(section):
    lines = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]


def test_the_page_knows_the_limits():
    assert f"at most {LENGTH_MAX} signs, {DEPTH_MAX} levels" in WORDS
    assert f"names KPIs at most {REFERENCES_MAX} times" in WORDS
    assert f"up to {DIGITS} digits" in WORDS
    assert f"Years reach from {FIRST_YEAR} to {LAST_YEAR}" in WORDS
    assert all(f"`{name}(…" in WORDS for name in FUNCTIONS)


def test_the_results_on_the_page_are_those_of_the_code():
    values = {"K-1": Interval.exact(8), "K-2": Interval.exact(3), "K-3": Interval(D(6), D(12))}
    told = {row[0].strip("`"): row[1] for row in rows("Formulas") if row[0].startswith("`")}

    assert {text: said(evaluate(parse(text), values)) for text in told} == told
    assert len(told) == 7


def said(value):
    if isinstance(value, Missing):
        return "missing"
    ends = [f"{end.normalize():f}" for end in (value.low, value.high)]
    return ends[0] if value.is_exact else " to ".join(ends)


def test_what_the_page_shows_of_periods_is_read():
    for row in rows("Periods"):
        for text in re.findall("`([^`]+)`", row[0]):
            assert parse_period(text, 4 if "/32" in text else 1)


def test_the_page_knows_every_status():
    assert {row[1] for row in rows("Status")[2:]} == {status_words(status).lower() for status in Status}


def test_the_examples_by_hand_are_right():
    aim, days = Reach(D(100), D(200)), {"start": date(2031, 1, 1), "due": date(2031, 4, 11), "on": date(2031, 2, 20)}
    found = standing(Interval(D(140), D(148)), aim, **days)
    together = roll_up([Weighted(D(3), Interval.exact(D("0.8"))), Weighted(D(1), None)])

    assert (found.attainment, found.expected) == (Interval(D("0.4"), D("0.48")), D("0.5"))
    assert (found.health, found.status) == (Interval(D("0.8"), D("0.96")), Status.CONTESTED)
    assert standing(Interval(D(148), D(152)), aim, **days).status == Status.ON_TRACK
    assert attainment(Interval.exact(95), Keep(D(80), D(90))) == Interval.exact(D("0.5"))
    assert (together.band, together.coverage) == (Interval(D("0.6"), D("0.85")), D("0.75"))
