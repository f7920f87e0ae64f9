"""What importing a module costs a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
# Kernels are chosen, and compiled modules are kept, as for everybody.
LEFT_OUT = {"CONSORTIO_KERNELS", "PYTHONDONTWRITEBYTECODE"}
PROGRAM = """
import json, sys, time
began = time.process_time()
import {module}
spent = time.process_time() - began
from bench._timing import peak_mb
print(json.dumps([1000 * spent, peak_mb(), sorted(name for name in sys.modules if "." not in name)]))
"""


class Imported(NamedTuple):
    milliseconds: float
    megabytes: float
    modules: list[str]


def imported(modules: Sequence[str], rounds: int) -> list[Imported]:
    """The least processor time and memory of the rounds, in turn for each module; one more round does not count."""
    environment = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "engine" / "src")])
    runs: dict[str, list[Imported]] = {module: [] for module in modules}
    for _ in range(rounds + 1):
        for module, found in runs.items():
            words = [sys.executable, "-c", PROGRAM.format(module=module)]
            told = subprocess.run(words, env=environment, capture_output=True, check=True).stdout
            found.append(Imported(*json.loads(told)))
    return [_least(found[1:]) for found in runs.values()]


def _least(found: list[Imported]) -> Imported:
    return Imported(min(one.milliseconds for one in found), min(one.megabytes for one in found), found[0].modules)
