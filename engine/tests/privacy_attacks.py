"""
Attacks on what a survey publishes. They share no code with the engine: ranks of floating-point matrices, and counting.

A view is a list of sums, each a tuple of the organisations it is over. An attacker knows how many answered, every published
figure as if it were exact, and all answers of the own organisation (or of a coalition).
"""

from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np

from consortio_engine.privacy import Ballot, Dimension, Plan, Results, Round, release

K = 5
CLOSE = 1_000
SHAPES = ((1, 1), (3, 1), (6, 5), (2, 2, 1), (6, 5, 3), (1, 1, 1, 1), (8, 3, 2, 1), (5, 4, 3, 2, 1))
RATES = (0.2, 0.4, 0.6, 0.8, 1.0)


def draw_survey(
    random: np.random.Generator, shape: tuple[int, ...], rate: float, coalitions=()
) -> tuple[Plan, list[Ballot]]:
    """A survey of 12 to 60 people in organisations of this shape, two questions, some left out, some words."""
    people = random.integers(12, 61)
    sizes = [max(1, int(people * share / sum(shape))) for share in shape]
    eligible = [frozenset(range(100 * one, 100 * one + size)) for one, size in enumerate(sizes)]
    ballots = []
    for one, size in enumerate(sizes):
        answers = random.integers(1, 6, (size, 2)).tolist()
        here, left_out, writes = random.random(size) < rate, random.random((size, 2)) < 0.1, random.random(size) < 0.5
        for at in np.flatnonzero(here).tolist():
            values = [None if skipped else value for value, skipped in zip(answers[at], left_out[at], strict=True)]
            ballots.append(Ballot(one, values, f"{one}-{at}" if writes[at] else None))
    dimensions = [Dimension("trust"), Dimension("pace", is_reversed=True)]
    return Plan(dimensions=dimensions, eligible=eligible, closes_at=CLOSE, coalitions=coalitions), ballots


def counts_of(ballots, question: int, organisations: int) -> list[int]:
    answered = [ballot.organisation for ballot in ballots if ballot.values[question] is not None]
    return [answered.count(one) for one in range(organisations)]


def view_of(results: Results, counts) -> list[tuple[int, ...]]:
    """The sums that a page lets anybody compute, whatever it says of itself."""
    everybody = tuple(one for one, count in enumerate(counts) if count)
    view = [(one,) for one in results.slices]
    if results.total is not None:
        view.append(everybody)
    if results.gap is not None or results.over_organisations is not None:
        view += [(one,) for one in everybody]
    return view


def plain_rule(counts, k: int = K) -> list[tuple[int, ...]]:
    """What is often done: hide what is below k, hide the next smallest beside a single one, a total of k outsiders."""
    visible = [one for one, count in enumerate(counts) if count >= k]
    if len(visible) == len(counts) - 1 and visible:
        visible.remove(min(visible, key=lambda one: (counts[one], one)))
    view = [(one,) for one in visible]
    return [*view, tuple(range(len(counts)))] if all(sum(counts) - count >= k for count in counts) else view


def smallest_told(view, counts, viewers, k: int = K) -> int:
    """How many people the smallest group below k holds that one of the viewers can tell about; 0: there is none."""
    found = 0
    for viewer in viewers:
        outside = [one for one, count in enumerate(counts) if count and one not in viewer]
        rows = tuple(tuple(int(one in group) for one in outside) for group in view)
        small = [at for at, one in enumerate(outside) if counts[one] < k]
        for size in range(1, len(small) + 1):
            for group in combinations(small, size):
                people = sum(counts[outside[at]] for at in group)
                if people < k and _is_told(rows, group):
                    found = min(found or people, people)
    return found


@cache
def _is_told(rows, group) -> bool:
    """Whether some combination of the rows is zero outside the group, and not inside it."""
    if not rows:
        return False
    matrix = np.array(rows, dtype=float)
    outside = np.delete(matrix, group, axis=1)
    below = np.linalg.matrix_rank(outside) if outside.size else 0
    return bool(below < np.linalg.matrix_rank(matrix))


def singles(organisations: int) -> list[tuple[int, ...]]:
    return [(), *((one,) for one in range(organisations))]


def pairs(organisations: int) -> list[frozenset[int]]:
    return [frozenset(pair) for pair in combinations(range(organisations), 2)]


@dataclass(frozen=True)
class Tally:
    """Surveys attacked, questions of which something was told, and those that told of fewer than k."""

    surveys: int
    told: int
    exposed: int
    plain_exposed: int


def attack_surveys(populations: int, seed: int, colluding: bool = False, named: bool = True) -> Tally:
    """So many populations of every shape at every rate; `plain_exposed` is the same attack on the plain rule."""
    surveys = told = exposed = plain = 0
    for at, shape in enumerate(SHAPES):
        count = len(shape)
        viewers = [*singles(count), *(map(tuple, pairs(count)) if colluding else ())]
        coalitions = pairs(count) if colluding and named else ()
        for number in range(populations):
            for rate in RATES:
                random = np.random.default_rng([seed, at, number, int(rate * 10)])
                plan, ballots = draw_survey(random, shape, rate, coalitions)
                published = release(ballots, plan, CLOSE)
                surveys += 1
                for question, results in enumerate(published.results):
                    counts = counts_of(ballots, question, count)
                    view = view_of(results, counts)
                    told += bool(view)
                    exposed += smallest_told(view, counts, viewers) > 0
                    plain += smallest_told(plain_rule(counts), counts, viewers) > 0
    return Tally(surveys, told, exposed, plain)


def filter_by_two(random: np.random.Generator, people: int = 60) -> int:
    """The smallest group told by a page with two filters that hides nothing but what is below k; 0: none below k."""
    cells = np.bincount(random.choice(12, people, p=random.dirichlet([2.0] * 12)), minlength=12).tolist()
    groups = [(cell,) for cell in range(12)]
    groups += [tuple(range(4 * row, 4 * row + 4)) for row in range(3)]
    groups += [tuple(range(column, 12, 4)) for column in range(4)]
    groups.append(tuple(range(12)))
    return smallest_told([group for group in groups if sum(cells[one] for one in group) >= K], cells, [()])


@dataclass(frozen=True)
class Guesses:
    """
    Of those who came or went: the share whose leaning was guessed, and by always guessing the commoner one.

    Attributes:
        smallest: the smallest group below k (without protection: single people only) that all waves together tell
            exactly; 0: none. waves: published ones.
    """

    guessed: float
    base: float
    people: int
    smallest: int
    waves: int


def follow_waves(seed: int, waves: int = 12, protects: bool = True) -> Guesses:
    """
    People with lasting opinions, of whom some come and go; after every wave the attacker compares all that was published.

    Without protection every wave is published as the exact mean.
    """
    random = np.random.default_rng([seed, 7])
    sizes, next_person = (12, 10, 9), 0
    opinion: dict[int, int] = {}
    members: list[list[int]] = []
    for size in sizes:
        members.append(list(range(next_person, next_person + size)))
        next_person += size
    moved: set[int] = set()
    rows, sums, rounds = [], [], []
    for wave in range(waves):
        if wave:
            for one in range(len(sizes)):
                going = random.choice(
                    members[one], min(random.integers(0, 3), len(members[one]) - 5), replace=False
                ).tolist()
                coming = list(range(next_person, next_person + int(random.integers(0, 3))))
                next_person += len(coming)
                members[one] = [person for person in members[one] if person not in going] + coming
                moved |= {*going, *coming}
        for person in (person for group in members for person in group):
            if person not in opinion:
                opinion[person] = int(random.choice([1, 2, 3, 4, 5], p=[0.05, 0.1, 0.15, 0.4, 0.3]))
        for group, mean in _wave(members, opinion, rounds, protects):
            rows.append(frozenset(group))
            sums.append(mean)
    return _guess(opinion, moved & opinion.keys(), rows, sums, len(rounds), K if protects else 2)


def _wave(members, opinion, rounds: list[Round], protects: bool):
    """The groups and means that are published; published rounds are appended."""
    counts = tuple(map(len, members))
    everybody = [person for group in members for person in group]
    eligible = tuple(frozenset(group) for group in members)
    if not protects:
        rounds.append(Round(eligible, counts, tuple(range(len(counts))), total=True))
        return [(group, np.mean([opinion[one] for one in group])) for group in [*members, everybody]]
    plan = Plan(dimensions=[Dimension("trust")], eligible=eligible, closes_at=0, earlier=[rounds] if rounds else ())
    ballots = [Ballot(one, [opinion[person]]) for one, group in enumerate(members) for person in group]
    results = release(ballots, plan, 0).results[0]
    if results.total is None:
        return []
    rounds.append(Round(eligible, counts, tuple(results.slices), total=True))
    cells = [(members[one], cell.mean.value) for one, cell in results.slices.items()]
    return [*cells, (everybody, results.total.mean.value)]


def _guess(opinion, targets: set[int], rows, means, waves: int, k: int) -> Guesses:
    """Least squares that leans to the mean of all, as the best that a linear attacker can do."""
    people = sorted(opinion)
    truth = np.array([opinion[person] >= 4 for person in people])
    chosen = np.array([person in targets for person in people])
    base = max(truth[chosen].mean(), 1 - truth[chosen].mean())
    if not rows:
        return Guesses(float(base), float(base), int(chosen.sum()), 0, 0)
    matrix = np.array([[person in group for person in people] for group in rows], dtype=float)
    centre = float(np.mean(means))
    excess = np.array([len(group) * (mean - centre) for group, mean in zip(rows, means, strict=True)])
    leaning = np.linalg.lstsq(
        np.vstack((matrix, 0.3 * np.eye(len(people)))), np.append(excess, np.zeros(len(people))), rcond=None
    )[0]
    guess = centre + leaning >= 3.5
    share = float((guess == truth)[chosen].mean())
    return Guesses(share, float(base), int(chosen.sum()), smallest_of_people(matrix, k), waves)


def smallest_of_people(matrix: np.ndarray, k: int = K) -> int:
    """
    The same over people: the smallest group of fewer than k with a combination of its own.

    A group has one if the rows of the null space that belong to it depend on each other.
    """
    columns, counts = np.unique(matrix, axis=1, return_counts=True)
    seen = columns.any(axis=0)
    columns, counts = columns[:, seen], counts[seen]
    _, strength, right = np.linalg.svd(columns)
    kernel = right[(strength > 1e-9).sum() :].T
    inner = kernel @ kernel.T
    small = np.flatnonzero(counts < k).tolist()
    return min((least for size in range(1, k) if (least := _least_dependent(inner, small, size, counts, k))), default=0)


def _least_dependent(inner: np.ndarray, small: list[int], size: int, counts: np.ndarray, k: int) -> int:
    groups = np.array(list(combinations(small, size)), dtype=int).reshape(-1, size)
    people = counts[groups].sum(axis=1)
    groups, people = groups[people < k], people[people < k]
    if not len(groups):
        return 0
    least = np.linalg.eigvalsh(inner[groups[:, :, None], groups[:, None, :]])[:, 0]
    return int(min(people[least < 1e-9], default=0))
