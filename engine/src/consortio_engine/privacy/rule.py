"""The rule: which averages of a survey may be published. It sees how many answered, never what they answered."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Literal

import numpy as np

from consortio_engine.answers import Answer
from consortio_engine.errors import Fault
from consortio_engine.fingerprint import digest
from consortio_engine.privacy.audit import exposures
from consortio_engine.privacy.faults import InvalidSurvey
from consortio_engine.version import VERSION

Reason = Literal["everything", "some_slices", "total_only", "too_few", "rest_too_small", "moved", "combination"]

DEFAULT_K = 5
SMALLEST_K = 2


@dataclass(frozen=True)
class Round:
    """
    An earlier survey of the same questions and what was published of it.

    Attributes:
        eligible: who was asked, of every organisation; in the order of the survey at hand. Organisations that came later
            are missing at the end. counts: how many of them answered.
        slices: the organisations whose average was published. total: whether that of all was.
    """

    eligible: tuple[frozenset[Hashable], ...]
    counts: tuple[int, ...]
    slices: tuple[int, ...] = ()
    total: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Release(Answer):
    """
    What may be published.

    Attributes:
        slices: the organisations whose own average may be shown, ascending.
        total: whether the average over all answers may be. gap: the largest less the smallest organisation's average.
        both_averages: whether that over organisations may stand beside that over answers.
        reason: `everything`, `some_slices` (and the total), `total_only`; or nothing, because of `too_few` (fewer than k
            answered), `rest_too_small` (whoever subtracts would learn of fewer than k), `moved` (from an earlier round
            fewer than k people came or went: pool this round with the next), `combination` (together with earlier rounds
            it would tell of fewer than k: pool).
    """

    slices: tuple[int, ...]
    total: bool
    gap: bool
    both_averages: bool
    reason: Reason


def publishable(
    counts: Sequence[int],
    eligible: Sequence[Collection[Hashable]] | None = None,
    previous: Sequence[Round] = (),
    k: int = DEFAULT_K,
    coalitions: Sequence[Collection[int]] = (),
    *,
    slices: bool = True,
) -> Release:
    """
    Return which averages tell nobody about fewer than k people who are not their own.

    Args:
        counts: shape (organisations,), how many people of each answered this question.
        eligible: shape (organisations,), who was asked; needed beside earlier rounds.
        previous: every earlier round of which something was published, not the last one only.
        k: the smallest group that may be told about, >= 2.
        coalitions: unions of organisations that are expected to put together what they know. Every single organisation
            always is.
        slices: whether averages of single organisations are wanted at all.

    Raises:
        InvalidSurvey: with every fault.

    Source:
        `docs/engine/surveys.md`. Cost: O(organisations^2) without earlier rounds; with them as `exposures`.
    """
    began = monotonic()
    if faults := [*_faults(counts, k, coalitions), *_round_faults(counts, eligible, previous)]:
        raise InvalidSurvey(faults)
    asked = [frozenset(people) for people in eligible or ()]
    viewers = _viewers(len(counts), coalitions)
    visible, total, reason = _of_counts(counts, k, viewers, slices)
    told = [earlier for earlier in previous if earlier.total or earlier.slices]
    if total and told:
        if any(_has_moved_a_little(asked, earlier.eligible, k) for earlier in told):
            visible, total, reason = (), False, "moved"
        elif _is_told_together([*told, Round(tuple(asked), tuple(counts), visible, total)], viewers, k):
            visible, total, reason = (), False, "combination"
    is_all = reason == "everything"
    return Release(
        status="ok" if total else "no_answer",
        method="insider rule",
        fingerprint=digest(
            [VERSION, "publishable", list(map(int, counts)), k, viewers, slices, *_names(asked, previous)]
        ),
        elapsed=monotonic() - began,
        slices=visible,
        total=total,
        gap=is_all,
        both_averages=is_all,
        reason=reason,
    )


def hides_enough(counts: Sequence[int], hidden: Collection[int], k: int, viewers: Sequence[Collection[int]]) -> bool:
    """Whether for every viewer the hidden answers that are not its own number 0 or at least k."""
    rests = (sum(counts[one] for one in hidden if one not in viewer) for viewer in viewers)
    return all(rest == 0 or rest >= k for rest in rests)


def _of_counts(
    counts: Sequence[int], k: int, viewers: list[tuple[int, ...]], slices: bool
) -> tuple[tuple[int, ...], bool, Reason]:
    answered = [one for one, count in enumerate(counts) if count]
    if sum(counts) < k:
        return (), False, "too_few"
    visible = [one for one in answered if slices and counts[one] >= k]
    while not hides_enough(counts, [one for one in answered if one not in visible], k, viewers):
        if not visible:
            return (), False, "rest_too_small"
        visible.remove(min(visible, key=lambda one: (counts[one], one)))
    if len(visible) == len(answered):
        return tuple(visible), True, "everything"
    return tuple(visible), True, "some_slices" if visible else "total_only"


def _viewers(organisations: int, coalitions: Sequence[Collection[int]]) -> list[tuple[int, ...]]:
    """The public, every organisation, every named union."""
    unions = [tuple(sorted(set(union))) for union in coalitions]
    return [(), *((one,) for one in range(organisations)), *(union for union in unions if len(union) > 1)]


def _has_moved_a_little(now: Sequence[frozenset[Hashable]], before: Sequence[frozenset[Hashable]], k: int) -> bool:
    """Whether in some organisation more than nobody and fewer than k came or went."""
    empty: frozenset[Hashable] = frozenset()
    pairs = zip(now, (*before, *[empty] * (len(now) - len(before))), strict=True)
    return any(0 < len(one ^ other) < k for one, other in pairs)


def _is_told_together(rounds: Sequence[Round], viewers: list[tuple[int, ...]], k: int) -> bool:
    """Whether somebody could tell about fewer than k from all rounds, if people answer alike in each."""
    seen = {one for earlier in rounds for one in earlier.slices}
    for one in rounds:
        hidden = [at for at, count in enumerate(one.counts) if count and at not in seen]
        if one.total and not hides_enough(one.counts, hidden, k, viewers):
            return True
    patterns = Counter(_patterns(rounds).values())
    units = sorted(patterns)
    sums = [
        [int(unit[at] >= 0 and (whose is None or unit[at] == whose)) for unit in units]
        for at, one in enumerate(rounds)
        for whose in (*one.slices, *((None,) if one.total else ()))
    ]
    # Whoever changed sides is one of their last organisation.
    owners = [[whose for whose in unit if whose >= 0][-1] for unit in units]
    return bool(exposures(sums, [patterns[unit] for unit in units], owners, viewers, k))


def _patterns(rounds: Sequence[Round]) -> dict[Hashable, tuple[int, ...]]:
    """For everybody ever asked: the organisation in each round, -1 where not asked."""
    found: dict[Hashable, list[int]] = {}
    for at, one in enumerate(rounds):
        for organisation, people in enumerate(one.eligible):
            for person in people:
                found.setdefault(person, [-1] * len(rounds))[at] = organisation
    return {person: tuple(pattern) for person, pattern in found.items()}


def _faults(counts: Sequence[int], k: int, coalitions: Sequence[Collection[int]]) -> Iterator[Fault]:
    if not _is_count(k) or k < SMALLEST_K:
        yield Fault("k", -1, f"k is {k!r}; it is whole and at least {SMALLEST_K}.")
    for index, count in enumerate(counts):
        if not _is_count(count):
            yield Fault("count", index, f"Organisation {index} has {count!r} answers.")
    for index, union in enumerate(coalitions):
        if any(one not in range(len(counts)) for one in union):
            yield Fault("coalition", index, f"Coalition {index} names an organisation that is not there.")


def _round_faults(
    counts: Sequence[int], eligible: Sequence[Collection[Hashable]] | None, previous: Sequence[Round]
) -> Iterator[Fault]:
    if eligible is None:
        if previous:
            yield Fault("eligible", -1, "Beside earlier rounds it must be known who was asked.")
        return
    if len(eligible) != len(counts):
        yield Fault("shapes", -1, f"{len(counts)} counts and {len(eligible)} sets of people do not fit.")
        return
    for index, (count, people) in enumerate(zip(counts, eligible, strict=True)):
        if _is_count(count) and count > len(frozenset(people)):
            yield Fault(
                "count", index, f"Of organisation {index} {count} answered; {len(frozenset(people))} were asked."
            )
    if sum(map(len, map(frozenset, eligible))) > len(frozenset().union(*eligible)):
        yield Fault("twice", -1, "Somebody was asked for two organisations.")
    for index, earlier in enumerate(previous):
        held = len(earlier.eligible)
        if held > len(counts) or len(earlier.counts) != held or any(one not in range(held) for one in earlier.slices):
            yield Fault("round", index, f"Round {index} holds organisations or counts that do not fit.")


def _is_count(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and int(value) >= 0


def _names(asked: Sequence[frozenset[Hashable]], previous: Sequence[Round]) -> Iterator[object]:
    for people in asked:
        yield sorted(map(repr, people))
    for earlier in previous:
        yield [sorted(map(repr, people)) for people in earlier.eligible]
        yield (list(map(int, earlier.counts)), tuple(earlier.slices), bool(earlier.total))
