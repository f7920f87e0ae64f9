"""Tokens that stand in private words, and every way in which bytes could carry one."""

import base64
import gzip
import html
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from urllib.parse import quote

ROUNDS = 3  # how deep an archive in an archive is opened


STEM = "canary"  # every canary begins so


def hits(content: bytes, tokens: Iterable[str]) -> set[str]:
    """Return the tokens that stand in the bytes: plain, escaped, encoded, reversed or packed."""
    suspect = [part for part in _unpacked(content, ROUNDS) if any(form in part for form in _forms(STEM))]
    return {token for token in tokens if any(form in part for part in suspect for form in _forms(token))}


@cache
def _forms(token: str) -> frozenset[bytes]:
    plain = token.encode()
    escaped = {quote(token), html.escape(token), json.dumps(token).strip('"'), plain.hex(), token[::-1], token.upper()}
    return frozenset({plain, *(form.encode() for form in escaped), *_base64(plain)})


def _base64(plain: bytes) -> Iterator[bytes]:
    """Yield what stands in base64 wherever in a longer text the token begins."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + plain).rstrip(b"=")
        yield encoded[4 if before else 0 : -1]  # the last sign depends on what follows


def _unpacked(content: bytes, rounds: int) -> Iterator[bytes]:
    yield content
    if not rounds:
        return
    if content[:2] == b"\x1f\x8b":
        with suppress(OSError, EOFError, zlib.error):
            yield from _unpacked(gzip.decompress(content), rounds - 1)
    if content[:4] == b"PK\x03\x04":
        with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from _unpacked(archive.read(name), rounds - 1)
