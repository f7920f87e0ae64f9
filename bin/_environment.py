"""What the scripts in this folder share: an environment of our own, made from nothing but Python."""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts a script may have any Python
    raise SystemExit("Consortio needs Python 3.11 or later; this is {}.{}.".format(*sys.version_info[:2]))

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"  # which locks were installed, by their hash
CONTAINS = {"run": ("run",), "fast": ("fast", "run"), "test": ("test", "fast", "run")}


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def environment() -> dict[str, str]:
    """Return the variables under which our own code runs from the checkout, uninstalled."""
    # Only our own folders: what lies on another PYTHONPATH would shadow the locked versions.
    ours = os.pathsep.join([str(ROOT), str(ROOT / "engine" / "src")])
    path = os.pathsep.join([str(PYTHON.parent), os.environ.get("PATH", os.defpath)])
    # Containers often forbid Python to keep what it compiled; a run of all tests begins hundreds of processes.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": ours, "PATH": path, "VIRTUAL_ENV": str(VENV)}


def run(command: Sequence[str], *, extra: Mapping[str, str] | None = None) -> int:
    """Run a command in the checkout, with our environment; return its exit code."""
    return subprocess.run(command, cwd=ROOT, env={**environment(), **(extra or {})}, check=False).returncode


def consortio(*words: str) -> int:
    return run([str(PYTHON), "-m", "consortio.cli", *words])


def ensure(lock: str) -> None:
    """Make the environment, or mend it, and install a lock from requirements/ unless just that is installed."""
    if not _works():
        _make()
    wanted = {name: _hash_of(name) for name in CONTAINS[lock]}
    there = _installed()
    if wanted.items() <= there.items():
        return
    print(f"Installing what requirements/{lock}.txt lists …", flush=True)
    _install(lock)
    STAMP.write_text(json.dumps({**there, **wanted}))


def apt_install(packages: Sequence[str]) -> bool:
    """Install Debian packages where we may, and say whether that worked."""
    if not (is_root() and shutil.which("apt-get")):
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing {' '.join(packages)} …", flush=True)
    # A bare machine has no list of packages yet; a stale list is better than none, so its failure is not ours.
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False).returncode == 0


def _works() -> bool:
    """Tell whether the environment is there and of the Python that runs now (an upgrade leaves a broken one)."""
    if not PYTHON.exists():
        return False
    ask = "import sys, pip; print(*sys.version_info[:2])"
    answer = subprocess.run([str(PYTHON), "-c", ask], capture_output=True, text=True, check=False)
    return answer.stdout.split() == [str(number) for number in sys.version_info[:2]]


def _make() -> None:
    if importlib.util.find_spec("ensurepip") is None and not apt_install(["python3-venv"]):
        raise SystemExit("Python cannot make environments here. Install that first:\n\n    apt install python3-venv\n")
    print("Making an environment in .venv …", flush=True)
    # A new process: this one may have started before python3-venv was there. --clear removes a broken one.
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False)
    if made.returncode:
        raise SystemExit(f"{sys.executable} could not make an environment in {VENV}.")


def _install(lock: str) -> None:
    words = ["install", "--require-hashes", "-r", str(ROOT / "requirements" / f"{lock}.txt")]
    uv = shutil.which("uv")
    if uv and subprocess.run([uv, "pip", "--quiet", *words, "--python", str(PYTHON)], check=False).returncode == 0:
        return
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    if subprocess.run([str(PYTHON), "-m", "pip", *words, *quiet], check=False).returncode:
        raise SystemExit(f"The packages in requirements/{lock}.txt could not be installed; the reason is above.")


def _hash_of(lock: str) -> str:
    return hashlib.sha256((ROOT / "requirements" / f"{lock}.txt").read_bytes()).hexdigest()


def _installed() -> dict[str, str]:
    try:
        there: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return there
