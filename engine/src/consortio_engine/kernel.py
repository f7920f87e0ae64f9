"""
One text, two speeds: the scalar loops run as plain Python over lists, or compiled by numba over arrays.

A kernel is a function of integers, sequences of integers and tuples of such sequences, marked `@kernel`. It may call
other kernels by name. Nothing is compiled before the first fast call, and numba is not imported before that.
"""

import os
from array import array
from collections.abc import Callable, MutableSequence
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from types import CellType, FunctionType
from typing import Any, Literal, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from consortio_engine.errors import EngineError

Speed = Literal["plain", "fast"]
P = ParamSpec("P")
R = TypeVar("R")

# What kernels read and write: a list, or an int64 array.
Numbers = MutableSequence[int]

SPEED_VARIABLE = "CONSORTIO_KERNELS"

_kernels: set[FunctionType] = set()


class NumbaMissing(EngineError):
    """Fast kernels were asked for, and the extra `fast` is not installed."""

    code = "numba_missing"


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a function as a kernel. It stays callable as plain Python."""
    assert isinstance(function, FunctionType)
    _kernels.add(function)
    return function


def speed_of(speed: Speed | None) -> Speed:
    """
    Return the speed to run at: the one given, else CONSORTIO_KERNELS, else plain.

    Raises:
        NumbaMissing: fast, but numba is not installed.
        ValueError: the variable holds another word.
    """
    chosen = speed or os.environ.get(SPEED_VARIABLE) or "plain"
    if chosen == "plain":
        return "plain"
    if chosen != "fast":
        raise ValueError(f"{SPEED_VARIABLE} is {chosen!r}; it may be plain or fast.")
    if find_spec("numba") is None:
        raise NumbaMissing("Fast kernels need numba: install consortio-engine[fast].")
    return "fast"


def at_speed(function: Callable[P, R], speed: Speed) -> Callable[P, R]:
    """The kernel as it runs at that speed."""
    if speed == "plain":
        return function
    assert isinstance(function, FunctionType)
    return _compiled(function)


def values_at(values: NDArray[np.int64], speed: Speed) -> Numbers:
    """The values as kernels want them at that speed: a list, or the array itself (int64, contiguous)."""
    if speed == "plain":
        return values.tolist()  # type: ignore[no-any-return]  # NumPy says Any
    return np.ascontiguousarray(values, dtype=np.int64)  # type: ignore[return-value]  # indexable alike


def array_of(values: Numbers) -> NDArray[np.int64]:
    """What a kernel wrote, as an array of its own."""
    if isinstance(values, list):
        return np.frombuffer(array("q", values), dtype=np.int64)  # a third of the time that np.array takes
    return np.array(values, dtype=np.int64)


def rows_at(rows: NDArray[np.int64], speed: Speed) -> Numbers:
    """
    Rows of values, shape (rows, width), as one flat sequence that kernels can write into.

    A list shares one integer for every constant column: most columns of most plans are empty.
    """
    if speed == "fast":
        return rows.ravel()  # type: ignore[return-value]  # indexable alike
    count, width = rows.shape
    flat = [0] * (count * width)
    for position in range(width):
        column = rows[:, position]
        is_constant = count > 0 and (column == column[0]).all()
        flat[position::width] = [int(column[0])] * count if is_constant else column.tolist()
    return flat


def empty_at(length: int, speed: Speed, fill: int) -> Numbers:
    """A sequence that a kernel can write into."""
    if speed == "plain":
        return [fill] * length
    return np.full(length, fill, dtype=np.int64)  # type: ignore[return-value]  # indexable alike


@cache
def _compiled(plain: FunctionType) -> Callable[..., Any]:
    """The kernel compiled, with the kernels it calls in their compiled form."""
    from numba import njit  # lazily: 0.3 s and 95 MB that plain processes never pay

    scope = dict(plain.__globals__)
    for called in plain.__code__.co_names:
        if called in scope and isinstance(scope[called], FunctionType) and scope[called] in _kernels:
            scope[called] = _compiled(scope[called])
    # numba's cache looks at the caller's own file only. The digest of all kernels rides along as a closure variable,
    # which is part of the cache's key, so that a change in a called kernel is noticed.
    code = plain.__code__.replace(co_freevars=("_sources",))
    copy = FunctionType(code, scope, plain.__name__, plain.__defaults__, (CellType(_sources_digest()),))
    copy.__module__, copy.__qualname__ = plain.__module__, plain.__qualname__
    return njit(cache=True)(copy)


@cache
def _sources_digest() -> str:
    from pathlib import Path  # lazily: a twentieth of what importing the engine takes

    files = sorted({kernel_function.__code__.co_filename for kernel_function in _kernels})
    return blake2b(b"".join(Path(file).read_bytes() for file in files), digest_size=8).hexdigest()
