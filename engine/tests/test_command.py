"""The program `consortio-engine` itself: its words, exit codes, and what it says about input that it refuses."""

import io
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from consortio_engine.answers import Cancelled
from consortio_engine.command import main
from consortio_engine.command.bar import Bar, watched
from consortio_engine.command.printing import exit_code, print_json, table
from consortio_engine.command.reading import SIZE_MAX, Refused, checked, parse_json, read_text
from consortio_engine.cpm import METHODS
from consortio_engine.version import VERSION

PLAN = {"start": "2026-01-05T08:00", "tasks": [{"id": "A", "duration": "2d"}]}


@pytest.fixture
def plan(tmp_path):
    def written(content) -> str:
        path = tmp_path / "plan.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return written


def test_a_plan_is_answered(plan, capsys):
    code = main(["schedule", plan(PLAN), "--json"])

    out, err = capsys.readouterr()
    assert (code, err, json.loads(out)["finish"]) == (0, "", "2026-01-06T17:00")


def test_a_schedule_says_how_it_came_about(plan, capsys):
    heads = []
    for mode in ("msp", "p6"):
        main(["schedule", plan(PLAN | {"options": {"mode": mode}}), "--json"])
        answer = json.loads(capsys.readouterr().out)
        heads.append((answer["method"], answer["seed"], checked(answer, "schedule-answer")["engine"]))

    assert heads == [(METHODS[mode], None, VERSION) for mode in ("msp", "p6")]


def test_the_input_may_come_through_standard_input(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(PLAN).encode())))

    assert main(["schedule", "-"]) == 0
    assert "2026-01-06 17:00" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [[], ["nothing"], ["schedule"], ["schedule", "a", "--seed", "-1"], ["choose", "a", "--limit", "nan"]],
)
def test_wrong_words_are_usage(words, capsys):
    assert main(words) == 2
    assert capsys.readouterr().err.startswith("usage: consortio-engine")


def test_what_a_command_cannot_keep_it_does_not_take(plan, capsys):
    for name in ("schedule", "forecast"):
        assert main([name, plan(PLAN), "--limit", "5"]) == 2
        assert "unrecognized arguments: --limit" in capsys.readouterr().err


def test_help_and_version_are_answers(capsys):
    assert main(["--help"]) == main(["--version"]) == main(["schedule", "--help"]) == 0
    assert "exit codes: 0 answered" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "plan.json, line 1, column 2: Expecting property name enclosed in double quotes."),
        ("[1,\n 2 3]", "plan.json, line 2, column 4: Expecting ',' delimiter."),
        ('{"start": NaN}', "plan.json: NaN is no number in JSON."),
        ('{"start": 1e999}', "plan.json: 1e999 is too large a number."),
        ('{"a": 1, "a": 2}', "plan.json: 'a' stands twice in one object."),
        ("[" * 100_000, "plan.json: nested too deeply."),
        ("[]", "The input is a list, and must be an object."),
        ("{}", "start: is missing.\nconsortio-engine: tasks: is missing."),
    ],
)
def test_what_is_no_plan_is_refused_with_its_place(content, said, plan, capsys):
    code = main(["schedule", plan(content)])

    out, err = capsys.readouterr()
    assert (code, out) == (3, "")
    assert said in err and "Traceback" not in err


def test_what_is_not_there_is_refused(tmp_path, capsys):
    assert main(["schedule", str(tmp_path / "none.json")]) == 3
    assert "No such file" in capsys.readouterr().err
    assert main(["schedule", str(tmp_path)]) == 3
    assert main(["schedule", "a\0b"]) == 3


def test_what_is_too_large_or_no_text_is_refused(tmp_path):
    path = tmp_path / "large"
    path.write_bytes(b"12345")

    assert read_text(str(path), size_max=5) == "12345"
    with pytest.raises(Refused, match="larger"):
        read_text(str(path), size_max=4)
    assert SIZE_MAX == 64 * 2**20
    path.write_bytes(b"ab\xff")
    with pytest.raises(Refused, match="byte 2 is no UTF-8"):
        read_text(str(path))


def test_a_number_of_thousands_of_digits_is_refused():
    with pytest.raises(Refused):
        parse_json("9" * 10_000)


def test_a_fault_is_one_line_whatever_a_name_holds(plan, capsys):
    main(["schedule", plan(PLAN | {"odd\nname\x1b[31m": 1})])

    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "\x1b" not in err


def test_statuses_have_their_exit_codes():
    codes = {
        status: exit_code(status) for status in ("ok", "feasible", "infeasible", "no_answer", "limit", "cancelled")
    }

    assert codes == {"ok": 0, "feasible": 0, "infeasible": 4, "no_answer": 4, "limit": 4, "cancelled": 130}


def test_a_table_lays_words_left_and_numbers_right():
    lines = table(["name", "n"], [["Dig\n", 5], ["Pour", None], ["Ö", 1234]])

    assert lines == ["name     n", "----  ----", "Dig      5", "Pour     -", "Ö     1234"]


def test_json_goes_to_a_terminal_that_knows_no_umlauts(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii"))

    print_json({"name": "Ö"})
    sys.stdout.flush()

    assert json.loads(raw.getvalue()) == {"name": "Ö"}


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_bar_is_drawn_on_a_terminal_only():
    terminal, file = Terminal(), io.StringIO()

    for stream in (terminal, file):
        with watched("Search", stream) as watch:
            watch.tell(1, 2, 17.0)
            watch.tell(2, 2)

    assert file.getvalue() == ""
    drawn = terminal.getvalue().split("\r")
    assert drawn[1] == f"Search [{'#' * 15}{' ' * 15}]  50%  best 17"
    assert drawn[2].rstrip() == f"Search [{'#' * 30}] 100%"
    assert drawn[3].strip() == "" and len(drawn[3]) == len(drawn[2].rstrip())


def test_a_bar_of_nothing_is_empty():
    terminal = Terminal()
    Bar("Search", terminal).tell(0, 0, None)

    assert terminal.getvalue().endswith("]   0%")


def test_control_c_cancels_and_a_second_one_ends():
    before = signal.getsignal(signal.SIGINT)
    with watched("Search", io.StringIO()) as watch:
        watch.check()
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(Cancelled):
            watch.check()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)

    assert signal.getsignal(signal.SIGINT) is before


def test_a_broken_pipe_says_nothing(plan):
    tasks = [{"id": f"Task {number}", "duration": "1d"} for number in range(3000)]
    words = [sys.executable, "-m", "consortio_engine.command", "schedule", plan(PLAN | {"tasks": tasks})]
    running = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=engine_path())
    running.stdout.readline()
    running.stdout.close()

    assert running.stderr.read() == b""
    running.stderr.close()
    assert running.wait() == 141


@pytest.fixture
def heeds_control_c():
    """A process that was begun in the background may have been told to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_waiting_for_input_ends_with_control_c(heeds_control_c, monkeypatch, capsys):
    class Waiting(io.BytesIO):
        def read(self, size=-1):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(10)

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(Waiting()))

    assert main(["schedule", "-"]) == 130
    assert capsys.readouterr() == ("", "")


def engine_path() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
