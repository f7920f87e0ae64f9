"""
Bytes of files, under the circle's id and their hash. A file is whole or not there: written aside, synced, renamed.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings

PIECE = 1 << 18  # bytes


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def keep(circle_id: UUID, content: bytes) -> str:
    """Store the bytes for a circle and return their hash; what is there already stays."""
    digest = sha256_of(content)
    path = path_of(circle_id, digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{secrets.token_hex(8)}")
        with open(aside, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.rename(path)
        _sync(path.parent)
    return digest


def path_of(circle_id: UUID, digest: str) -> Path:
    return Path(settings.FILES) / circle_id.hex / digest[:2] / digest


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


def set_aside(circle_id: UUID, digest: str) -> None:
    """Take bytes out of the way, to be put back or dropped: what looks for them meanwhile stores them anew."""
    path = path_of(circle_id, digest)
    if path.exists():
        path.rename(_aside(path))


def put_back(circle_id: UUID, digest: str) -> None:
    path = path_of(circle_id, digest)
    if _aside(path).exists():
        _aside(path).rename(path)


def drop_aside(circle_id: UUID, digest: str) -> None:
    """Remove bytes that no row names any more."""
    _aside(path_of(circle_id, digest)).unlink(missing_ok=True)


def _aside(path: Path) -> Path:
    return path.with_name(f".gone-{path.name}")


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
