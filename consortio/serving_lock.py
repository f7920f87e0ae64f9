"""
One process writes to an embedded database. The lock file beside it names the one that does.

The lock is the operating system's, so it ends with its holder, however that ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class InUse(RuntimeError):
    """Another process is writing to this database."""


class Unwritable(RuntimeError):
    """There can be no file beside this database."""


@contextmanager
def held(database: Path) -> Iterator[None]:
    """
    Be the one process that writes to this SQLite database.

    Raises:
        InUse: another process is, which the sentence names.
        Unwritable: no lock file can be made.
    """
    path = database.with_name(database.name + ".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = open(path, "a+")
    except OSError as error:
        why = f"{path} cannot be written: {error.strerror}."
        raise Unwritable(f"{why} Set CONSORTIO_DATA or DATABASE_URL to a place that can.") from None
    with opened as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InUse(_sentence(path)) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
        file.truncate(0)


def holder(database: Path) -> int | None:
    """Return the process that writes to this database now."""
    path = database.with_name(database.name + ".lock")
    if not path.exists():
        return None
    with open(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return int(path.read_text() or 0) or None
    return None


def _sentence(path: Path) -> str:
    return (
        f"Process {path.read_text() or '(starting)'} is serving the database {path.with_suffix('')}:"
        " stop it first, or do this in its pages or through its API."
    )
