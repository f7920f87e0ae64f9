"""
Reads a plan file in a process of its own, which may use so much memory and time and nothing else.

The process gets the open file as its standard input and answers with lines of JSON; before it looks at the content it
gives up the right to open anything, so that it reaches no network, no other file and no program. Whatever happens to
it, the caller gets a plan or one sentence. Safe to call from threads: nothing is forked with their locks held.
"""

import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

from consortio.interchange.documents import HEAD, Document, row_classes
from consortio.interchange.plan import BYTES_MAX, ROW_CLASSES, Plan, Refused, plan_from_json
from consortio.interchange.plan_json import decode, decode_fields
from consortio.interchange.reading import Options, no_file, shown_name, too_large, unopened
from consortio.interchange.wording import Wording

ROOT = Path(__file__).resolve().parents[2]
START = "import sys; sys.path.insert(0, sys.argv[1]); from consortio.interchange.child_inside import main; main()"
POLL_SECONDS = 0.05
ANSWER_BYTES_MAX = 512 * 1024 * 1024
_READ_BYTES = 1024 * 1024
log = logging.getLogger(__name__)
log.addHandler(logging.NullHandler())  # commands have no log: people read a sentence there


@dataclass(frozen=True, slots=True)
class Limits:
    memory_bytes: int = 512 * 1024 * 1024
    cpu_seconds: int = 30
    wall_seconds: float = 120.0


class Cancelled(Exception):
    """The caller no longer wants the plan; the process was ended."""


def read_apart(
    source: Path | bytes,
    file: str = "",
    *,
    options: Options | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    limits: Limits = Limits(),
) -> Plan:
    """
    Return the plan in a file (by path) or in bytes.

    Args:
        file: the name to show, where it is not the path's own.
        options: for tables, what a person says about the columns.
        cancelled: asked twenty times a second.

    Raises:
        Refused: not readable, or more than the limits allow.
        Cancelled: `cancelled` said so.
    """
    answer = _Answer(ROW_CLASSES)
    _fill(answer, source, file, {"document": "plan", "options": dict(options or {})}, cancelled, limits)
    return answer.plan()


def read_document_apart(
    source: Path | bytes,
    kind: type[Document],
    file: str = "",
    *,
    cancelled: Callable[[], bool] = lambda: False,
    limits: Limits = Limits(),
) -> Document:
    """
    Return the results, partners or tables in a file (by path) or in bytes, as `read_apart` returns a plan.

    Raises:
        Refused: not readable, or more than the limits allow.
        Cancelled: `cancelled` said so.
    """
    answer = _Answer(row_classes(kind))
    _fill(answer, source, file, {"document": kind.__name__}, cancelled, limits)
    return answer.document(kind)


def _fill(
    answer: "_Answer",
    source: Path | bytes,
    file: str,
    asked: dict[str, Any],
    cancelled: Callable[[], bool],
    limits: Limits,
) -> None:
    name = file or (shown_name(source) if isinstance(source, Path) else "")
    request = {"file": name, "limits": asdict(limits), **asked}
    with _opened(source) as stdin, _started(stdin, request) as process:
        until = time.monotonic() + limits.wall_seconds
        for part in _parts(process, cancelled, until):
            answer.add(part)
    answer.finish(process.returncode, limits)


@contextmanager
def _opened(source: Path | bytes) -> Iterator[IO[bytes]]:
    if isinstance(source, Path) and source.exists() and not (source.is_file() or source.is_dir()):
        raise no_file(source)  # a pipe would wait for its other end, which no limit of time would end
    try:
        opened = tempfile.TemporaryFile() if isinstance(source, bytes) else source.open("rb")
    except OSError as error:
        raise unopened(Path("" if isinstance(source, bytes) else source), error) from None
    with opened as stdin:
        if isinstance(source, bytes):
            stdin.write(source)
            stdin.seek(0)
        size = os.fstat(stdin.fileno()).st_size
        if size > BYTES_MAX:
            raise too_large(size)
        yield stdin


@contextmanager
def _started(stdin: IO[bytes], request: dict[str, Any]) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-I", "-B", "-X", "utf8", "-c", START, str(ROOT), json.dumps(request)]
    with subprocess.Popen(
        command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/"
    ) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def _parts(process: "subprocess.Popen[bytes]", cancelled: Callable[[], bool], until: float) -> Iterator[dict[str, Any]]:
    """Yield the lines of the answer as they come."""
    assert process.stdout is not None  # Popen was asked for a pipe.
    taken, rest = 0, b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if cancelled():
                raise Cancelled
            if time.monotonic() > until:
                raise Refused(
                    Wording("Reading the file took too long and was stopped; nothing was read."), code="timeout"
                )
            if not selector.select(POLL_SECONDS):
                continue
            chunk = os.read(process.stdout.fileno(), _READ_BYTES)
            taken += len(chunk)
            if not chunk:
                return
            if taken > ANSWER_BYTES_MAX:
                raise Refused(Wording("The plan is larger than can be taken over; nothing was read."), code="too_large")
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield json.loads(line)


class _Answer:
    """Puts the lines of the answer together: lists come in pieces, the rest at once."""

    def __init__(self, classes: Mapping[str, type]) -> None:
        self._classes = classes
        self._shape: dict[str, Any] = {}
        self._rows: dict[str, list[Any]] = {name: [] for name in classes}
        self._refused: dict[str, Any] | None = None
        self._ended = False

    def add(self, part: dict[str, Any]) -> None:
        if "refused" in part:
            self._refused = part["refused"]
        elif "ended" in part:
            self._ended = True
        elif "plan" in part or HEAD in part:
            self._shape = part
        else:
            for name, rows in part.items():
                self._rows[name].extend(decode(self._classes[name], row) for row in rows)

    def finish(self, exit_code: int, limits: Limits) -> None:
        """
        Raises:
            Refused: the process said so, or died before it had said everything.
        """
        if self._refused is not None:
            message = Wording.from_json(self._refused["message"])
            refused = Refused(message, code=self._refused["code"], where=self._refused["where"])
            if refused.code == "reader_failed":  # our fault, not the file's
                log.error("The reader failed: %s", refused.where)
            raise refused
        if self._ended:
            return
        if exit_code == -signal.SIGXCPU:
            message = Wording(
                "Reading the file took more than {seconds} seconds of work and was stopped; nothing was read.",
                seconds=limits.cpu_seconds,
            )
            raise Refused(message, code="cpu")
        raise Refused(
            Wording("The reader broke off (exit code {exit_code}); nothing was read.", exit_code=exit_code),
            code="broke_off",
        )

    def plan(self) -> Plan:
        rows: dict[str, Any] = {name: tuple(one) for name, one in self._rows.items()}
        return replace(plan_from_json(self._shape), **rows)

    def document(self, kind: type[Document]) -> Document:
        rows: dict[str, Any] = {name: tuple(one) for name, one in self._rows.items()}
        return kind(**decode_fields(kind, self._shape[HEAD]), **rows)
