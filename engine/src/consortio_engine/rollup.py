"""Summaries: the earliest and latest of what lies below them."""

import numpy as np
from numpy.typing import NDArray

from consortio_engine.codes import FINISHED, NOT_STARTED, STARTED
from consortio_engine.network import Network
from consortio_engine.rows import NONE, Kind

Ints = NDArray[np.int64]

LATEST = 2**62


def levels(network: Network) -> list[Ints]:
    """The tasks that have a parent, deepest first, one array per depth."""
    depth = np.zeros(network.task_count, dtype=np.int64)
    above = network.parent
    while (above >= 0).any():
        depth += above >= 0
        above = np.where(above >= 0, network.parent[above], -1)
    return [np.flatnonzero(depth == level) for level in range(int(depth.max(initial=0)), 0, -1)]


def span_children(network: Network, steps: list[Ints], starts: Ints, finishes: Ints) -> tuple[Ints, Ints]:
    """
    Return starts and finishes with summaries filled in: the least start and the greatest finish of their children.

    Args:
        steps: from `levels`.
        starts, finishes: (tasks,), NONE where there is no date; inactive tasks have none.
    """
    is_summary = network.kind == Kind.SUMMARY
    low = np.where(is_summary | (starts == NONE), LATEST, starts)
    high = np.where(is_summary, NONE, finishes)
    for step in steps:
        np.minimum.at(low, network.parent[step], low[step])
        np.maximum.at(high, network.parent[step], high[step])
    return np.where(low == LATEST, NONE, low), high


def summary_states(network: Network, steps: list[Ints], state: Ints, has_dates: NDArray[np.bool_]) -> Ints:
    """The states with summaries filled in: finished when all children are, started when any is."""
    is_summary = network.kind == Kind.SUMMARY
    counted = has_dates & ~is_summary
    least = np.where(counted, state, FINISHED)
    most = np.where(counted, state, NOT_STARTED)
    for step in steps:
        np.minimum.at(least, network.parent[step], least[step])
        np.maximum.at(most, network.parent[step], most[step])
    summed = np.where(
        (least == FINISHED) & (most == FINISHED), FINISHED, np.where(most > NOT_STARTED, STARTED, NOT_STARTED)
    )
    return np.where(is_summary, summed, state)


def any_child(network: Network, steps: list[Ints], flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The flags with summaries set where something below them is."""
    result = np.where(network.kind == Kind.SUMMARY, False, flags)
    for step in steps:
        np.logical_or.at(result, network.parent[step], result[step])
    return result
