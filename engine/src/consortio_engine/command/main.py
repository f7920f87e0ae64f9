"""The program: one word after its name chooses a command, which is a module here."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec

from consortio_engine.command.printing import CANCELLED, REFUSED, UNREAD, USAGE, one_line
from consortio_engine.command.reading import Refused, Unwritable
from consortio_engine.errors import EngineError, Faulty
from consortio_engine.version import VERSION

# Each is a module of this package with `add(subparsers)` and `run(arguments) -> exit code`.
COMMANDS = ("schedule", "simulate", "level", "forecast", "choose")

EPILOG = "exit codes: 0 answered, 2 usage, 3 input refused, 4 no answer, 130 cancelled, 141 output closed"


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run the program and return its exit code; never a traceback for what a person can cause.

    Args:
        argv: the words after the program's name; None: those it was started with.
    """
    try:
        arguments = parser().parse_args(argv)
    except SystemExit as done:  # argparse has printed help, the version, or what is wrong with the words
        return done.code if isinstance(done.code, int) else USAGE
    return _guarded(arguments.run, arguments)


def parser() -> argparse.ArgumentParser:
    """The words of all commands that are here."""
    result = argparse.ArgumentParser(
        prog="consortio-engine",
        description="Schedule, simulate, level, forecast and choose.",
        epilog=EPILOG,
    )
    result.add_argument("-V", "--version", action="version", version=f"consortio-engine {VERSION}")
    subparsers = result.add_subparsers(metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = f"{__package__}.{name}"
        if find_spec(module) is not None:
            import_module(module).add(subparsers)
    return result


def _guarded(run: Callable[[argparse.Namespace], int], arguments: argparse.Namespace) -> int:
    try:
        code = run(arguments)
        sys.stdout.flush()
        return code
    except Refused as refusal:
        return _say(refusal.faults, REFUSED)
    except Unwritable as refusal:
        return _say([str(refusal)], USAGE)
    except Faulty as refusal:
        return _say([fault.message for fault in refusal.faults], REFUSED)
    except EngineError as refusal:
        return _say([str(refusal)], REFUSED)
    except KeyboardInterrupt:
        return CANCELLED
    except BrokenPipeError:  # whoever read our output has gone, `head` for one
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD


def _say(faults: Sequence[str], code: int) -> int:
    for fault in faults:
        print(one_line(f"consortio-engine: {fault}"), file=sys.stderr)
    return code
