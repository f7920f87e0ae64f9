"""Reading in a process of its own: the same plan, and one sentence whatever becomes of the process."""

import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from consortio.interchange import child
from consortio.interchange.child import ROOT, Cancelled, Limits, read_apart
from consortio.interchange.plan import Plan, Refused
from consortio.interchange.reading import read_bytes
from consortio.interchange.tests.fixtures_mspdi import project, task
from consortio.interchange.tests.fixtures_xer import activity, xer

MSPDI = project(*(task(number, Name=f"Größe {number}") for number in range(1, 1203)))
XER = xer([activity(number, task_name="Монтаж здания") for number in range(1, 5)]).decode().encode("cp1251")
CSV = "Vorgangsname;Anfang;Ende\nGröße;02.02.2026;03.02.2026\n".encode()
BIG = b"<Project>" + b"<a>x</a>" * 1_999_990 + b"</Project>"


def refusal(data: bytes, **limits: float) -> Refused:
    with pytest.raises(Refused) as caught:
        read_apart(data, "plan.xml", limits=Limits(**limits))  # type: ignore[arg-type]
    assert "\n" not in caught.value.message
    return caught.value


@pytest.mark.parametrize(("data", "name"), [(MSPDI, "plan.xml"), (XER, "plan.xer"), (CSV, "plan.csv")])
def test_the_plan_is_the_same_as_without_a_process(data: bytes, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)

    assert read_apart(path) == read_apart(data, name) == read_bytes(data, name)


def test_a_refusal_comes_back_with_its_place_and_code() -> None:
    refused = refusal(b"<!DOCTYPE Project><Project/>")

    assert (refused.code, refused.where) == ("doctype", {"line": 1})


def test_missing_files_and_large_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="cannot be opened"):
        read_apart(tmp_path / "missing.xml")
    monkeypatch.setattr("consortio.interchange.child.BYTES_MAX", 10)
    with pytest.raises(Refused, match="expected at most"):
        read_apart(MSPDI, "plan.xml")


def test_too_little_memory_is_one_sentence() -> None:
    refused = refusal(XER + bytes(40_000_000), memory_bytes=60_000_000)

    assert refused.code in ("memory", "broke_off")
    assert "nothing was read" in refused.message


def test_too_little_time_is_one_sentence() -> None:
    busy = refusal(BIG * 3, cpu_seconds=1)
    slow = refusal(BIG, wall_seconds=0.1)

    assert busy.message == "Reading the file took more than 1 seconds of work and was stopped; nothing was read."
    assert slow.message == "Reading the file took too long and was stopped; nothing was read."


def test_a_fault_of_the_reader_is_told_in_a_sentence_and_its_place_to_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = "from consortio.interchange import child_inside; child_inside._read = lambda *_: 1 / 0;"
    monkeypatch.setattr(child, "START", child.START.replace("from ", f"{broken} from ", 1))

    refused = refusal(MSPDI)

    sentence = "The file holds something that the reader does not know how to take; nothing was read."
    assert (refused.message, refused.code) == (sentence, "reader_failed")
    assert "ZeroDivisionError" in caplog.text


def test_cancelling_ends_the_process_soon() -> None:
    started = time.monotonic()

    with pytest.raises(Cancelled):
        read_apart(BIG, "plan.xml", cancelled=lambda: time.monotonic() - started > 0.2)

    assert time.monotonic() - started < 2


def test_many_threads_may_read_at_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        plans: list[Plan] = list(pool.map(lambda number: read_apart(XER, f"{number}.xer"), range(8)))

    assert [plan.file for plan in plans] == [f"{number}.xer" for number in range(8)]
    assert threading.active_count() < 20


def in_the_process(code: str) -> str:
    start = (
        "import sys, os, socket, subprocess; sys.path.insert(0, sys.argv[1]);"
        "from consortio.interchange.child_inside import limit, close_doors;"
        "limit({'cpu_seconds': 5, 'memory_bytes': 2 ** 29}); close_doors()\n"
    )
    return subprocess.run(
        [sys.executable, "-I", "-B", "-c", f"{start}{code}", str(ROOT)], capture_output=True, text=True, check=False
    ).stderr.strip()


def test_the_process_can_open_nothing_once_the_doors_are_closed(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        attempts = [
            f"socket.create_connection(('127.0.0.1', {port}))",
            "open('/etc/passwd')",
            f"open({str(tmp_path / 'new')!r}, 'w')",
            "subprocess.run(['true'])",
            "os.pipe()",
            "import email",
        ]

        errors = [in_the_process(one).rpartition("\n")[2] for one in attempts]

    assert ["Too many open files" in one or "No module named" in one for one in errors] == [True] * len(attempts), (
        errors
    )
    assert in_the_process("print('still running')") == ""


def test_the_process_can_write_no_file_that_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "given"
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from consortio.interchange.child_inside import limit;"
        "limit({'cpu_seconds': 5, 'memory_bytes': 2 ** 29}); sys.stdout.buffer.write(b'x'); sys.stdout.flush()"
    )

    with path.open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-I", "-c", code, str(ROOT)], stdout=file, stderr=subprocess.DEVNULL, check=False
        )

    assert (path.stat().st_size, done.returncode != 0) == (0, True)


def test_a_pipe_is_refused_at_once(tmp_path):
    pipe = tmp_path / "plan.xml"
    os.mkfifo(pipe)

    with pytest.raises(Refused, match=r"plan\.xml is a device or a pipe; expected a file\."):
        read_apart(pipe)
