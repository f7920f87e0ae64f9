"""
Long computations in a process of their own, so that pages stay quick and memory is given back.

The function is one of the engine's: it takes plain arguments and a `Watch`, and knows neither database nor web.
"""

import os
from collections.abc import Callable
from importlib.util import find_spec
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from .engine import SPEED_VARIABLE, Watch
from .registry import Task

POLL_SECONDS = 0.2
PARTS = 100  # of progress, where it is told: per cent


class ComputationFailed(RuntimeError):
    """The function raised; `code` is its error's own, or the name of its type."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ComputationEnded(RuntimeError):
    """The process that computed is gone without an answer: killed, or out of memory."""


def run_apart(
    function: Callable[..., Any],
    *arguments: Any,
    task: Task,
    step: str,
    step_of: Callable[[float], str] | None = None,
    **named: Any,
) -> Any:
    """
    Return what the function answers, computed in another process.

    Args:
        task: told how far it is, and asked whether to go on.
        step: the code of what is being done, one of the job's.
        step_of: of something that is improved, the code that tells the best so far.

    Raises:
        Cancelled: its starter stopped the job; the process is ended at once.
        ComputationFailed: the function refused its arguments, or failed.
        ComputationEnded: the process is gone.
    """
    context = get_context("spawn")  # nothing is forked with the locks of other threads held
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_inside, args=(theirs, function, arguments, named), daemon=True)
    process.start()
    theirs.close()
    try:
        return _answer(ours, task, step, step_of)
    finally:
        process.kill()
        process.join()
        ours.close()


def _answer(pipe: Connection, task: Task, step: str, step_of: Callable[[float], str] | None) -> Any:
    task.progress(0, PARTS, step)
    while True:
        if not pipe.poll(POLL_SECONDS):
            task.check()
            continue
        try:
            kind, value = pipe.recv()
        except EOFError:
            raise ComputationEnded from None
        if kind == "failed":
            raise ComputationFailed(*value)
        if kind == "done":
            return value
        done, total, best = value
        told = step if best is None or step_of is None else step_of(best)
        task.progress(min(PARTS, done * PARTS // max(total, 1)), PARTS, told)


def _inside(pipe: Connection, function: Callable[..., Any], arguments: Any, named: Any) -> None:
    if find_spec("numba"):
        os.environ.setdefault(SPEED_VARIABLE, "fast")
    try:
        answer = "done", function(*arguments, watch=Watch(progress=lambda *far: pipe.send(("far", far))), **named)
    except Exception as error:
        answer = "failed", (getattr(error, "code", type(error).__name__), str(error))
    pipe.send(answer)
