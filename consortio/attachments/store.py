"""
Bytes of files, under the circle's id and their hash. A file is whole or not there: written aside, synced, renamed.

Bytes come before the row that names them, and nothing but time tells bytes that wait for their row from those whose row
never came. So each time they are brought they look newer, and what looks new is not removed.
"""

import fcntl
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

PIECE = 1 << 18  # bytes
NEW_SECONDS = 3600  # longer than an action takes from its bytes to its row
STEP_NS = 2 * 10**9  # which every file system keeps apart

Named = Callable[[], Collection[str]]


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that lie on the disk for a circle, to be named by a row."""

    circle_id: UUID
    sha256: str
    size: int  # bytes
    looks: int  # how new they looked then; another number tells that others brought them too
    is_first: bool  # they were not there before


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def keep(circle_id: UUID, content: bytes) -> Stored:
    """Store the bytes for a circle; what is there already stays, and looks new."""
    path = path_of(circle_id, sha256_of(content))
    path.parent.mkdir(parents=True, exist_ok=True)
    looks, is_first = _renewed(circle_id, path), False
    if looks is None:
        aside = path.with_name(f".{secrets.token_hex(8)}")
        with open(aside, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        looks, is_first = _placed(circle_id, aside, path)
        _sync(path.parent)
    return Stored(circle_id, path.name, len(content), looks, is_first)


def _renewed(circle_id: UUID, path: Path) -> int | None:
    with _alone(circle_id):
        return _renew(path) if path.exists() else None


def _renew(path: Path) -> int:
    looks = max(time.time_ns(), path.stat().st_mtime_ns + STEP_NS)
    os.utime(path, ns=(looks, looks))
    return path.stat().st_mtime_ns  # as the file system keeps it


def _placed(circle_id: UUID, aside: Path, path: Path) -> tuple[int, bool]:
    with _alone(circle_id):
        if is_first := not path.exists():
            aside.rename(path)
        else:
            aside.unlink()
        return _renew(path), is_first


def path_of(circle_id: UUID, digest: str) -> Path:
    return _folder(circle_id) / digest[:2] / digest


def _folder(circle_id: UUID) -> Path:
    return Path(settings.FILES) / circle_id.hex


def fetch(circle_id: UUID, digest: str) -> bytes:
    """Raises: FileNotFoundError, or ValueError where the bytes are not those that were stored."""
    content = path_of(circle_id, digest).read_bytes()
    if sha256_of(content) != digest:
        raise ValueError(f"the stored file {digest} has changed")
    return content


def check(path: Path) -> None:
    """
    Raises:
        FileNotFoundError: the bytes are not there.
        ValueError: they are not those that were stored.
    """
    with open(path, "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != path.name:
            raise ValueError(f"the stored file {path.name} has changed")


def pieces(path: Path) -> Iterator[bytes]:
    """Yield the bytes, a piece at a time; the file is open from the first to the last."""
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            yield piece


def take_back(stored: Stored, named: Named) -> None:
    """Remove bytes that no row came to name, unless they were there before or others brought them meanwhile."""
    path = path_of(stored.circle_id, stored.sha256)
    with _alone(stored.circle_id):
        is_ours = stored.is_first and path.exists() and path.stat().st_mtime_ns == stored.looks
        if is_ours and stored.sha256 not in named():
            path.unlink()


def sweep(circle_id: UUID, named: Named) -> None:
    """Remove what nothing names in a circle, and what was left half written; what looks new stays."""
    if not _folder(circle_id).exists():
        return
    with _alone(circle_id):
        kept = set(named())
        for path in _folder(circle_id).glob("*/*"):
            if path.name not in kept and path.stat().st_mtime < time.time() - NEW_SECONDS:
                path.unlink()


def circles_to_sweep() -> list[UUID]:
    """Return the circles that have bytes; none where they were returned less than an hour ago."""
    root = Path(settings.FILES)
    mark = root / ".swept"
    if not root.exists() or (mark.exists() and mark.stat().st_mtime > time.time() - NEW_SECONDS):
        return []
    mark.touch()
    return [UUID(folder.name) for folder in sorted(root.iterdir()) if folder.is_dir()]


@contextmanager
def _alone(circle_id: UUID) -> Iterator[None]:
    """Let nobody else bring or remove bytes of a circle meanwhile, in this process or another."""
    handle = os.open(_folder(circle_id), os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
