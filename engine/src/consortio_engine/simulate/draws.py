"""
Random numbers without a state: a hash of seed, stream, item and trial.

A number depends on nothing but these four, so that blocks, threads, the order of tasks and items added elsewhere change
none of them: what-if questions are asked with common random numbers.

Source: Steele, Lea and Flood (2014), Fast Splittable Pseudorandom Number Generators (splitmix64).
"""

from enum import IntEnum
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MASK = 2**64 - 1
STEP = 0x9E3779B97F4A7C15  # the golden ratio in 64 bits, odd
FIRST, SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
UNIT = 2.0**-53

_STEP, _FIRST, _SECOND = np.uint64(STEP), np.uint64(FIRST), np.uint64(SECOND)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


class Stream(IntEnum):
    """What a number decides; streams of one item are independent."""

    TASK = 1
    RISK = 2
    IMPACT = 3
    MONEY = 4
    DRIVER = 5
    FACTOR = 6
    BRANCH = 7


def key_of(seed: int, stream: Stream, item: int) -> int:
    """Return where the numbers of one item begin, 0 to 2**64 - 1; any integers."""
    return _mixed((_mixed((_mixed(seed & MASK) + int(stream)) & MASK) + (item & MASK)) & MASK)


def keys_of(seed: int, stream: Stream, items: Ints) -> Words:
    """`key_of` for many items; shape (items,)."""
    value = items.astype(np.uint64) + np.uint64(_mixed((_mixed(seed & MASK) + int(stream)) & MASK)) + _STEP
    value = (value ^ (value >> _30)) * _FIRST
    value = (value ^ (value >> _27)) * _SECOND
    return value ^ (value >> _31)


def name_number(name: str) -> int:
    """Return a number for a name, the same in every process."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")


def _mixed(value: int) -> int:
    value = (value + STEP) & MASK
    value = ((value ^ (value >> 30)) * FIRST) & MASK
    value = ((value ^ (value >> 27)) * SECOND) & MASK
    return value ^ (value >> 31)


def steps_of(trials: Ints) -> Words:
    """What each trial adds to a key; shape (trials,)."""
    return (trials.astype(np.uint64) + np.uint64(1)) * _STEP


def words(keys: Words, steps: Words) -> Words:
    """
    Return 53 random bits for each key and trial.

    Args:
        keys: shape (items,), from `keys_of`. steps: shape (trials,), from `steps_of`.

    Returns:
        Shape (items, trials), 0 to 2**53 - 1.

    Cost: about 6 ms for a million.
    """
    value = keys[:, None] + steps[None, :]
    spare = value >> _30
    value ^= spare
    value *= _FIRST
    np.right_shift(value, _27, out=spare)
    value ^= spare
    value *= _SECOND
    np.right_shift(value, _31, out=spare)
    value ^= spare
    value >>= _11
    return value


def uniforms(key: int, steps: Words) -> Floats:
    """Return one number from 0 up to 1 per trial; shape (trials,)."""
    result: Floats = words(np.array([key], dtype=np.uint64), steps)[0] * UNIT
    return result
