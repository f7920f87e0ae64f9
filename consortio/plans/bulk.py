"""Work on rows by the ten thousand."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """
    Put off looking for garbage while thousands of rows are made, none of which is garbage.

    The collector goes through all of them again and again: more than half of the time of an import. The whole process
    waits for it, so whoever was first to put it off takes it up again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
