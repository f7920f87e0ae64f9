"""
Arrays that one block of trials after the other is written into.

Asking the system for fresh memory and giving it back takes as long as all arithmetic of a block. Every thread has arrays
of its own; what is to outlive a block lies elsewhere.
"""

from math import prod
from threading import local
from typing import Any

import numpy as np
from numpy.typing import NDArray


class _Own(local):
    def __init__(self) -> None:
        self.arrays: dict[tuple[str, Any], NDArray[Any]] = {}


_own = _Own()


def array(name: str, shape: tuple[int, ...], kind: Any) -> NDArray[Any]:
    """Return an array, with anything in it, that holds until the same thread asks for the same name and kind again."""
    size = prod(shape)
    held = _own.arrays.get((name, kind))
    if held is None or held.size < size:
        held = _own.arrays[name, kind] = np.empty(size, dtype=kind)
    return held[:size].reshape(shape)


def forget() -> None:
    """Give back what the calling thread holds."""
    _own.arrays.clear()
