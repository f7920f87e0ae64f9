"""One name for one input: a hash over canonical bytes."""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np


def digest(parts: Iterable[object]) -> str:
    """
    Return BLAKE2b-128 over the parts, in hexadecimal.

    Args:
        parts: arrays (dtype, shape and little-endian data count) or values with a stable `repr`.
    """
    total = blake2b(digest_size=16)
    for part in parts:
        if isinstance(part, np.ndarray):
            little = np.ascontiguousarray(part, dtype=part.dtype.newbyteorder("<"))
            total.update(f"{little.dtype.str}{little.shape}".encode())
            total.update(little.tobytes())
        else:
            total.update(f"{part!r};".encode())
    return total.hexdigest()
