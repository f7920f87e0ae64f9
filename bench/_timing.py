"""What measurements have in common: processor time, the best of several rounds, and the most memory of a process."""

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
STATUS = Path("/proc/self/status")


def measured(action: Callable[[], T], rounds: int) -> tuple[T, float]:
    """What the action returns, and the least processor time of the rounds in milliseconds."""
    times = []
    for _ in range(rounds):
        began = time.process_time()
        result = action()
        times.append((time.process_time() - began) * 1000)
    return result, min(times)


def best(action: Callable[[], object], rounds: int) -> float:
    """The least processor time of the rounds in milliseconds; one more before them does not count."""
    action()
    return measured(action, rounds)[1]


def peak_mb() -> float:
    """The most memory that this process ever had."""
    if (
        STATUS.exists()
    ):  # Linux: what getrusage says there was that of the process that started this one, if it was larger
        peak = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
