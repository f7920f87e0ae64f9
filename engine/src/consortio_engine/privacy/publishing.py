"""Publishing a survey, once, at its close."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from time import monotonic

from consortio_engine.answers import Answer
from consortio_engine.errors import Fault
from consortio_engine.fingerprint import digest
from consortio_engine.privacy.faults import InvalidSurvey
from consortio_engine.privacy.rule import publishable
from consortio_engine.privacy.survey import Ballot, Banded, Cell, Dimension, Plan, Results, refuse_faulty
from consortio_engine.version import VERSION

STEPS_OF_A_SCALE = 40
CLAMPED = 5  # steps next to each end of the scale that are told as one
LEAST_SHARE, MOST_SHARE = 2, 8  # tenths
BANDS = ((1, 4), (5, 9), (10, 19), (20, 49), (50, 99), (100, None))


@dataclass(frozen=True, kw_only=True, eq=False)
class Published(Answer):
    """
    All that is told of a survey.

    Attributes:
        is_open: it has not closed: nothing but `enough` is told. enough: k people or more have answered.
        results: shape (dimensions,). texts: in an order of their own, without whose they are; () where none may be shown.
        rate: the share that answered, in whole tenths rounded down; None below k.
    """

    is_open: bool
    enough: bool
    results: tuple[Results, ...] = ()
    texts: tuple[str, ...] = ()
    rate: float | None = None


def release(answers: Sequence[Ballot], plan: Plan, at: int) -> Published:
    """
    Return what may be told of a survey.

    Args:
        answers: one ballot a person, in any order: it makes no difference.
        plan: as agreed before. at: minutes since 1970; before `plan.closes_at` nothing is told of any answer.

    Raises:
        InvalidSurvey: with every fault.

    Random: texts are ordered by the seed and by nothing else. Cost: O(ballots dimensions), and `publishable` for each dimension.

    Source:
        `docs/engine/surveys.md`.
    """
    began = monotonic()
    refuse_faulty(answers, plan)
    voted = _counts([ballot.organisation for ballot in answers], plan)
    if faults := _over_asked(voted, plan):
        raise InvalidSurvey(faults)
    enough = sum(voted) >= plan.k
    if at < plan.closes_at:
        name = digest([VERSION, "open survey", plan.closes_at, plan.k, enough])
        return Published(
            status="no_answer", method="insider rule", fingerprint=name, elapsed=monotonic() - began,
            is_open=True, enough=enough,
        )  # fmt: skip
    results = tuple(_results(answers, plan, index) for index in range(len(plan.dimensions)))
    asked = sum(map(len, plan.eligible))
    texts = _texts(answers, plan, sum(voted))
    return Published(
        status="ok" if texts or any(one.total for one in results) else "no_answer",
        method="insider rule",
        # Of what is told and agreed, never of ballots: whoever knows all but one could try that one out.
        fingerprint=digest([VERSION, "survey", *map(_told, results), texts, *_terms(plan)]),
        seed=plan.seed,
        elapsed=monotonic() - began,
        is_open=False,
        enough=enough,
        results=results,
        texts=texts,
        rate=10 * sum(voted) // asked / 10 if enough else None,
    )


def _results(answers: Sequence[Ballot], plan: Plan, index: int) -> Results:
    dimension = plan.dimensions[index]
    groups: list[list[Fraction]] = [[] for _ in plan.eligible]
    for ballot in answers:
        value = ballot.values[index]
        if value is not None:
            groups[ballot.organisation].append(_turned(Fraction(value), dimension))
    earlier = plan.earlier[index] if plan.earlier else ()
    counts = [len(group) for group in groups]
    # Where no single organisation is shown, all are hidden: the rule is asked for the total alone.
    allowed = publishable(counts, plan.eligible, earlier, plan.k, plan.coalitions, slices=plan.by_organisation)
    slices = {one: _cell(groups[one], dimension) for one in allowed.slices}
    if not allowed.total:
        return Results(allowed)
    if not allowed.gap:
        return Results(allowed, slices, _cell([value for group in groups for value in group], dimension))
    # Everything else follows from what is told of the organisations, so that it tells no more.
    means = [_exact(cell.mean) for cell in slices.values()]
    between, step = max(means) - min(means), Fraction(dimension.high - dimension.low) / STEPS_OF_A_SCALE
    over = _to_step(sum(means, Fraction()) / len(means), Fraction(dimension.low), step)
    total = _cell_of_cells([(cell, counts[one]) for one, cell in slices.items()], dimension)
    return Results(allowed, slices, total, float(round(between, 6)), float(over))


def _turned(value: Fraction, dimension: Dimension) -> Fraction:
    return Fraction(dimension.low) + Fraction(dimension.high) - value if dimension.is_reversed else value


def _cell(values: list[Fraction], dimension: Dimension) -> Cell:
    good = sum(value >= dimension.favourable for value in values)
    return Cell(
        _mean(sum(values, Fraction()) / len(values), dimension), _share(Fraction(good, len(values))), _band(len(values))
    )


def _cell_of_cells(parts: list[tuple[Cell, int]], dimension: Dimension) -> Cell:
    everybody = sum(count for _, count in parts)
    mean = sum((_exact(cell.mean) * count for cell, count in parts), Fraction()) / everybody
    share = sum((_exact(cell.favourable) * count for cell, count in parts), Fraction()) / everybody
    return Cell(_mean(mean, dimension), _share(share), _band(everybody))


def _mean(mean: Fraction, dimension: Dimension) -> Banded:
    low, high = Fraction(dimension.low), Fraction(dimension.high)
    step = (high - low) / STEPS_OF_A_SCALE
    least, most = low + CLAMPED * step, high - CLAMPED * step
    if mean <= least:
        return Banded(float(least), "at_most")
    if mean >= most:
        return Banded(float(most), "at_least")
    return Banded(float(_to_step(mean, low, step)))


def _to_step(value: Fraction, low: Fraction, step: Fraction) -> Fraction:
    return low + floor((value - low) / step + Fraction(1, 2)) * step


def _share(share: Fraction) -> Banded:
    tenths = floor(share * 10)
    if tenths >= MOST_SHARE:
        return Banded(MOST_SHARE / 10, "at_least")
    if share * 10 <= LEAST_SHARE:
        return Banded(LEAST_SHARE / 10, "at_most")
    return Banded(tenths / 10)


def _exact(figure: Banded) -> Fraction:
    return Fraction(figure.value).limit_denominator(10**6)


def _band(count: int) -> tuple[int, int | None]:
    return next(band for band in BANDS if band[1] is None or count <= band[1])


def _texts(answers: Sequence[Ballot], plan: Plan, voted: int) -> tuple[str, ...]:
    """Texts of so many that for everybody those of others number none or at least k; by seed, not as they came."""
    written = [(ballot.organisation, ballot.text) for ballot in answers if ballot.text]
    counts = _counts([organisation for organisation, _ in written], plan)
    allowed = publishable(counts, None, (), plan.k, plan.coalitions, slices=False)
    if voted < plan.text_k or not allowed.total:
        return ()
    return tuple(sorted((text for _, text in written), key=lambda text: (digest([plan.seed, text]), text)))


def _counts(organisations: Sequence[int], plan: Plan) -> list[int]:
    counts = [0] * len(plan.eligible)
    for organisation in organisations:
        counts[organisation] += 1
    return counts


def _over_asked(voted: Sequence[int], plan: Plan) -> list[Fault]:
    return [
        Fault("count", index, f"Of organisation {index} {count} answered; {len(plan.eligible[index])} were asked.")
        for index, count in enumerate(voted)
        if count > len(plan.eligible[index])
    ]


def _told(one: Results) -> str:
    return repr((one.release.fingerprint, sorted(one.slices.items()), one.total, one.gap, one.over_organisations))


def _terms(plan: Plan) -> list[object]:
    asked = [sorted(map(repr, people)) for people in plan.eligible]
    unions = [sorted(union) for union in plan.coalitions]
    earlier = [
        [([sorted(map(repr, people)) for people in one.eligible], one.counts, one.slices, one.total) for one in rounds]
        for rounds in plan.earlier
    ]
    return [
        repr(plan.dimensions),
        asked,
        unions,
        earlier,
        plan.k,
        plan.text_k,
        plan.by_organisation,
        plan.closes_at,
        plan.seed,
    ]
