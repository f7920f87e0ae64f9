"""A sum over the coming steps, by drawing again from what was done per step."""

import numpy as np
from numpy.typing import NDArray

from consortio_engine.forecast.student import LEVELS

Floats = NDArray[np.float64]

TRIALS = 2000
HALF_LIFE_STEPS = 12.0
MOST_STEPS = 120


def throughput(done: Floats, age: Floats, steps: float, seed: int) -> Floats:
    """
    Return quantiles of the sum over so many steps ahead, each drawn from those observed, recent ones more often.

    Args:
        done: shape (n,), n at least 1, per step. age: shape (n,), in steps; twelve steps halve the weight.
        steps: at least 0; a part of a step counts as that part of its draw. More than 120 are drawn as 120 longer ones.
        seed: of the draws; equal seeds give equal answers.

    Returns: shape (99,). Source: bootstrap, Efron 1979. Cost: O(2,000 steps); 0.3 ms for 12 steps.
    """
    weight = 0.5 ** (age / HALF_LIFE_STEPS)
    count = int(np.ceil(min(steps, MOST_STEPS)))
    length = np.ones(max(count, 1))
    if steps > MOST_STEPS:
        length[:] = steps / MOST_STEPS
    else:
        length[-1] = steps - max(count - 1, 0)
    limits = np.cumsum(weight / weight.sum())
    uniform = np.random.Generator(np.random.PCG64(seed)).random((len(length), TRIALS))
    drawn = done[np.minimum(np.searchsorted(limits, uniform, side="right"), len(done) - 1)]
    return np.asarray(np.quantile(np.sum(drawn * length[:, None], axis=0), LEVELS))
