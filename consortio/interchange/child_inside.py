"""The inside of the process that reads one plan file: `child.read_apart` starts it."""

import codecs
import contextlib
import json
import resource
import sys
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from consortio.interchange import xml_encoding
from consortio.interchange.documents import document_pieces, document_reader
from consortio.interchange.plan import BYTES_MAX, ROW_CLASSES, Plan, Refused
from consortio.interchange.plan_json import encode
from consortio.interchange.reading import format_of, reader_for
from consortio.interchange.wording import Wording

PIECE = 500
# Codecs are modules too, and nothing can be opened once the doors are closed. An XML file names its own.
ENCODINGS = "utf-8-sig utf-16 utf-16-le utf-16-be utf-32 latin-1 cp1250 cp1251 cp1252 cp437 gb18030".split()


def main() -> None:
    request = json.loads(sys.argv[2])
    limit(request["limits"])
    answer: dict[str, Any]
    try:
        for piece in _answer(_all_of_stdin(), request):
            _say(piece)
        answer = {"ended": True}
    except Refused as refused:
        answer = {"refused": {"message": refused.message.to_json(), "code": refused.code, "where": refused.where}}
    except MemoryError:
        answer = _refused(
            Wording("The file needs more memory than is allowed for one plan; nothing was read."), "memory"
        )
    except Exception as error:
        sentence = Wording("The file holds something that the reader does not know how to take; nothing was read.")
        answer = _refused(sentence, "reader_failed", _place_of(error))
    _say(answer)


def limit(limits: dict[str, Any]) -> None:
    """Limit memory and processor time; write no file and leave no core behind."""
    cpu_seconds = int(limits["cpu_seconds"])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory_bytes"], limits["memory_bytes"]))


def close_doors() -> None:
    """Give up the right to open files, sockets and pipes, and to start processes."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _answer(data: bytes, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if request["document"] == "plan":
        return _pieces(_read(data, request["file"], request["options"]))
    reader = document_reader(request["document"])
    _make_ready(data)
    return document_pieces(reader(data, request["file"]), PIECE)


def _read(data: bytes, file: str, options: dict[str, Any]) -> Plan:
    reader = reader_for(format_of(data, file), options)
    _make_ready(data)
    return reader(data, file)


def _make_ready(data: bytes) -> None:
    for encoding in ENCODINGS:
        codecs.lookup(encoding)
    xml_encoding.load(data)
    close_doors()


def _all_of_stdin() -> bytes:
    return sys.stdin.buffer.read(BYTES_MAX + 1)


def _pieces(plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield the plan's JSON in pieces, so that it is never in memory as a whole."""
    bare = replace(plan, items=(), links=(), calendars=(), resources=(), baselines=(), findings=())
    yield bare.to_json(sparse=True)
    for name in ROW_CLASSES:
        rows = getattr(plan, name)
        for start in range(0, len(rows), PIECE):
            yield {name: [encode(row, sparse=True) for row in rows[start : start + PIECE]]}


def _say(part: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(part, separators=(",", ":")).encode() + b"\n")
    sys.stdout.buffer.flush()


def _refused(message: Wording, code: str, where: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"refused": {"message": message.to_json(), "code": code, "where": where or {}}}


def _place_of(error: Exception) -> dict[str, Any]:
    """Return what a maintainer needs to find our fault; it is no part of the sentence."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return {"fault": type(error).__name__, "at": at}
