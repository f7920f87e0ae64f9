"""How far marks can lie from 0: where 32 bits hold them all, a block of trials takes half the memory and much less time."""

import numpy as np
from numpy.typing import NDArray

from consortio_engine.clock import HEADER
from consortio_engine.network import Network
from consortio_engine.rows import NONE

Ints = NDArray[np.int64]
Whole = NDArray[np.signedinteger]

SMALL_MAX = 2**31 - 1


def farthest(network: Network, table: Ints, lags: Ints, drawn: Ints) -> float:
    """
    Return a bound in minutes that no date of a block passes, but for the drawn durations of all its tasks together.

    A conversion ends inside the calendars or is refused, and starts anew from there; between two of them at most every
    duration, lag and delay is added once. In floats, so that numbers without sense make it large instead of wrong.

    Args:
        table: calendars, see `clock`. lags: of all arcs. drawn: the tasks whose durations are drawn.
    """
    dates = [network.constraint_at, network.manual_start, network.manual_finish]
    dates += [network.actual_start, network.actual_finish]
    given = [_largest(column[column != NONE]) for column in dates]
    given += [abs(float(project.start)) for project in network.projects]
    headers = table[: len(network.calendars) * HEADER].reshape(-1, HEADER)
    given += [_largest(headers[:, column]) for column in (0, 1, 5)]
    planned = np.maximum(_sizes(network.duration), _sizes(network.remaining))
    planned[drawn] = _sizes(network.duration - network.remaining)[drawn]
    return max(given) + float(planned.sum() + _sizes(network.delay).sum() + _sizes(lags).sum())


def kind_of(bound: float, span: Whole) -> type[np.signedinteger]:
    """Return the kind of whole number that holds all marks of a block, with these drawn durations, (rows, trials)."""
    drawn = float(span.max(axis=1, initial=0).sum(dtype=np.float64)) if span.size else 0.0
    return np.int32 if 2 * (bound + drawn) + 2 <= SMALL_MAX else np.int64


def _sizes(column: Ints) -> NDArray[np.float64]:
    return np.abs(column.astype(np.float64))


def _largest(column: Ints) -> float:
    return float(_sizes(column).max(initial=0.0))
